# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What tests/bench/profile runs in the VM: on each transport of the plan all runs, which make
# sections of the plugin's file. Those of "runs" are each a WORKLOAD:BYTES:ROUNDS:BUFFER of
# bench-sockets, those of "programs" a WORKLOAD:BYTES:MILLISECONDS:BUFFER of run-guest.sh.
# Prints "section TRANSPORT RUN" for each, in order, before it "program NAME START END" where
# code of a program is, and at the end the kernel's functions as lines "function ADDRESS NAME".
set -euo pipefail
bin=/bed/bin
PATH=$bin:$PATH:/usr/sbin:/sbin
# shellcheck source=/dev/null
. $bin/plan
: "${transports:?}"

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
	[ "$1" != lo ] || hide_lo
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

# run_programs TRANSPORT RUN: as tests/bench/run runs them, which makes and proves devices of its
# own, and finds no other
run_programs() {
	local workload millis buffer
	IFS=: read -r workload _ millis buffer <<<"$2"
	printf '%s\n' rounds=1 "cpus=$(nproc)" "millis=$((2 * millis + 400))" "buffer=$buffer" \
		"workloads=$workload" "transports=$1" "profiled=$millis" >/run/programs.plan
	smc-genl pnet-flush
	# Each program has its code where no other has.
	sysctl -qw kernel.randomize_va_space=2
	bash $bin/run-guest.sh /run/programs.plan >/run/programs.lines
	hide_lo
	grep '^program ' /run/programs.lines || true
	if grep -q '^value ' /run/programs.lines; then
		echo "section $1 $2"
	elif ! grep '^skip ' /run/programs.lines; then
		cat /run/programs.lines >&2
		return 1
	fi
}

# Its own device is the kernel's first choice.
hide_lo() {
	[ ! -e /sys/class/dibs/lo ] || smc-genl pnet-add lo UNUSED
}

modprobe smc
default=$(sysctl -n net.smc.wmem)
hide_lo
insmod $bin/softism.ko
smc-genl ueid-add PROFILE
for setting in ${settings-}; do
	sysctl -qw "net.smc.$setting"
done
# What the start of the system has left to do
sleep 20
for transport in $transports; do
	set_up "$transport"
	for run in ${runs-}; do
		run "$transport" "$run"
	done
	tear_down "$transport"
	for run in ${programs-}; do
		run_programs "$transport" "$run"
	done
done
sed -n 's/^\([0-9a-f]*\) [tTwW] \([^\t]*\).*/function \1 \2/p' /proc/kallsyms
