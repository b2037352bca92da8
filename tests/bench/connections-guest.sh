# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What tests/bench/connections runs in the VM: as many connections as the plan says, and in turns
# how long it takes to list them. Lines: "made N"; "memory KIND KIB" of the daemon;
# "turn WHO ROWS MICROSECONDS"; what others waited, "waited MICROSECONDS"; and whether a user got a
# fifth list, "fifth 0" if not.
set -eu

# shellcheck source=/dev/null
. /bed/bin/plan
: "${count:?}" "${turns:?}"

now() {
	echo $(($(date +%s%N) / 1000))
}

# turn WHO COMMAND...: how long it takes, and how many lines with an address it prints
turn() {
	local who=$1 start rows
	shift
	start=$(now)
	rows=$("$@" | grep -c 127.0.0)
	echo "turn $who $rows $(($(now) - start))"
}

memory() {
	sed -n "s/^\(VmRSS\|VmHWM\):[^0-9]*\([0-9]*\).*/memory \1-$1 \2/p" "/proc/$pid/status"
}

# How long others wait for an answer while the list is read
honest() {
	local start
	while [ -e /tmp/listing ]; do
		start=$(now)
		busctl get-property org.smcd1 /org/smcd1 org.smcd1.Manager Version >/dev/null
		echo "waited $(($(now) - start))"
	done
}

wait_for_lists() {
	while pidof smcctl >/dev/null; do
		sleep 0.2
	done
}

sysctl -qw net.core.somaxconn=2000000 net.ipv4.tcp_max_syn_backlog=2000000 \
	net.ipv4.ip_local_port_range='2000 60999' fs.nr_open=2000000 net.ipv4.tcp_syncookies=0
mkdir -p /etc/smcd
printf 'plugins: [loopback]\nueids: [auto]\ndevices: {loopback0: {kind: loopback}}\n' \
	>/etc/smcd/smcd.yaml
systemctl start smcd
pid=$(systemctl show -P MainPID smcd)
smcctl connection list >/dev/null
memory idle
connections-sockets hold "$count" >/tmp/held &
held=$!
until grep -q ^ready /tmp/held; do
	kill -0 $held
	sleep 0.2
done
sed -n 's/^ready/made/p' /tmp/held
for _ in $(seq "$turns"); do
	echo "turn kernel $(connections-sockets dump)"
	turn table smcctl connection list --noheadings
	turn json smcctl connection list --json
done
touch /tmp/listing
honest >/tmp/waited &
smcctl connection list --noheadings >/dev/null
rm /tmp/listing
wait $!
cat /tmp/waited
# As many lists as a user may have, which nobody reads to the end; and one more
for _ in 1 2 3 4; do
	# shellcheck disable=SC2216 # that it does not read is the point
	smcctl connection list | sleep 15 &
done
sleep 8
if smcctl connection list >/dev/null 2>/tmp/refusal; then
	echo "fifth 1"
else
	grep -q 'try again later' /tmp/refusal && echo "fifth 0"
fi
wait_for_lists
smcctl connection list >/dev/null
memory busy
kill $held
