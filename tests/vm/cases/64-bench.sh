# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The socket benchmark of tests/bench/run, its part in the VM, for a moment: each transport has a
# value that is proven; what is not SMC-D on its device is refused; and afterwards all is as it was.
# kernel: stock dibs
# smp: 2
# timeout: 240
# shellcheck disable=SC2016 # for scripts that are written here
# shellcheck source=../lib.sh
. "$BED_LIB"

bench=/tmp/bench
mkdir -p $bench
ln -s /bed/bin/* $bench

# plan WORKLOADS TRANSPORTS: one round
plan() {
	printf '%s\n' rounds=1 'millis=100 buffer=1048576' cpus=2 \
		"workloads='$1'" "transports='$2'" >$bench/plan
}

connected() {
	smc-traffic diag | grep -q 'state=ACTIVE.*:5900'
}

# state: what the benchmark changes
state() {
	smc-genl ueids
	smc-genl pnets
	softism-genl dump | grep -o '^name=[^ ]*'
	sysctl net.smc.wmem net.smc.rmem net.core.wmem_default net.ipv4.tcp_rmem net.ipv4.tcp_wmem
}

# bench: runs the plan; what it says is in /tmp/lines
bench() {
	bash $bench/run-guest.sh $bench/plan >/tmp/lines 2>/tmp/complaints
	is 0 $? "the benchmark ends well" || diag "$(cat /tmp/complaints)"
	is "$before" "$(state)" "all is as it was"
}

# instead COMMAND: what the benchmark runs before each smc-genl
instead() {
	rm $bench/smc-genl
	printf '#!/bin/bash\n%s\nexec /bed/bin/smc-genl "$@"\n' "$1" >$bench/smc-genl
	chmod +x $bench/smc-genl
}

# has LINE WHAT: a regular expression for a whole line
has() {
	ok "$2" grep -qE "^$1\$" /tmp/lines || diag "$(cat /tmp/lines)"
}

modprobe -a smc smc_diag softism
before=$(state)
smc_transports="copy"
[ ! -e /sys/class/dibs/lo ] || smc_transports="copy nocopy lo"

plan "rate connect" "tcp unix copy nocopy lo"
bench
is "" "$(cat /tmp/complaints)" "without complaint"
for transport in tcp unix $smc_transports; do
	for workload in rate connect; do
		has "value 1 $workload $transport [0-9.]+" "$workload of $transport has a value"
	done
done
is 0 "$(grep -c ^refused /tmp/lines)" "nothing was refused" || diag "$(cat /tmp/lines)"
if [ "$smc_transports" = copy ]; then
	has "skip rate nocopy .*6\.18.*" "without a copy is not possible here, and why"
fi

# --- What is not what it says

plan rate copy
instead '[ "$1" != ueid-add ] || exec true'
bench
has "refused 1 rate copy connections do not take the device.*" "without a UEID it is refused"
instead '[ "$1" != stats ] || /bed/bin/smc-genl ueid-flush'
bench
has "refused 1 rate copy .* fallbacks to TCP, counts the kernel" "and so is a fallback later"
if [ "$smc_transports" != copy ]; then
	plan rate nocopy
	instead '[ "$1" != stats ] || /bed/bin/smc-genl pnet-flush'
	bench
	has "refused 1 rate nocopy not SMC-D on this device, says SMC_DIAG: mode=smcd .*" \
		"the kernel's device is not softism's"
fi

# --- With the sizes that smcd chooses; and it is ended

instead ''
plan rate copy
sed -i 's/millis=[0-9]* buffer=[0-9]*/millis=60000 buffer=auto/' $bench/plan
echo pin=apart >>$bench/plan
bash $bench/run-guest.sh $bench/plan >/tmp/lines 2>/tmp/complaints &
ok "it runs" wait_for 20 connected
has "about sysctl net.smc.rmem [0-9]{6,}" "smcd has chosen larger buffers than the kernel"
is "0 1" "$(for pid in $(pidof bench-sockets); do taskset -cp "$pid"; done | sed 's/.*: //' |
	sort | xargs)" "client and server have a CPU each"
kill $!
wait $!
is 130 $? "when it is ended, it says so"
is "$before" "$(state)" "and all is as it was"
not_ok "no program stays" pidof bench-sockets smcd
done_testing
