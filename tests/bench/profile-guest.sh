# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What tests/bench/profile runs in the VM: on each transport of the plan all runs, each a
# WORKLOAD:BYTES:ROUNDS:BUFFER of bench-sockets, which make sections of the plugin's file.
# Prints "section TRANSPORT RUN" for each, in order, and at the end the kernel's functions as
# lines "function ADDRESS NAME".
set -euo pipefail
bin=/bed/bin
PATH=$bin:$PATH:/usr/sbin:/sbin
# shellcheck source=/dev/null
. $bin/plan
: "${transports:?}" "${runs:?}"

# new KIND NAME [CHID]: a device of softism
new() {
	softism-genl new kind="$1" name="$2" ${3+chid="$3"} >/dev/null
	devices="$devices $2"
}

set_up() { # TRANSPORT
	devices=
	case $1 in
	copy)
		new ism-emu copy0 0x0042
		new ism-emu copy1 0x0042 ;;
	nocopy)
		new loopback nocopy0 ;;
	lo)
		smc-genl pnet-flush ;;
	esac
}

tear_down() { # TRANSPORT
	local device
	for device in $devices; do
		softism-genl del name="$device" >/dev/null
	done
	[ "$1" != lo ] || smc-genl pnet-add lo UNUSED
}

family() { # TRANSPORT
	case $1 in tcp | unix) echo "$1" ;; *) echo smc ;; esac
}

# run TRANSPORT RUN
run() {
	local workload bytes rounds buffer
	IFS=: read -r workload bytes rounds buffer <<<"$2"
	[ "$buffer" != default ] || buffer=$default
	sysctl -qw net.smc.wmem="$buffer" net.smc.rmem="$buffer"
	bench-sockets "$workload" "$(family "$1")" --size "$bytes" --count "$rounds" >/dev/null
	echo "section $1 $2"
}

modprobe smc
default=$(sysctl -n net.smc.wmem)
[ ! -e /sys/class/dibs/lo ] || smc-genl pnet-add lo UNUSED
insmod $bin/softism.ko
smc-genl ueid-add PROFILE
for setting in ${settings-}; do
	sysctl -qw "net.smc.$setting"
done
# What the start of the system has left to do
sleep 20
for transport in $transports; do
	set_up "$transport"
	for run in $runs; do
		run "$transport" "$run"
	done
	tear_down "$transport"
done
sed -n 's/^\([0-9a-f]*\) [tTwW] \([^\t]*\).*/function \1 \2/p' /proc/kallsyms
