# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What tests/bench/connections runs in the VM, or in a User Mode Linux without systemd: as
# many connections as the plan says, and in turns
# how long it takes to list them. Lines: "made N"; "memory KIND KIB" of the daemon;
# "turn WHO ROWS MICROSECONDS"; "own MICROSECONDS" of CPU for a list, without the kernel's part; what others waited, "waited MICROSECONDS"; and whether a user got a
# fifth list, "fifth 0" if not.
set -eu

here=/bed/bin
[ -d $here ] || here=/mnt
# shellcheck source=/dev/null
. $here/plan
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

# What the daemon has needed in user space, in microseconds; a tick is a hundredth of a second.
daemon_time() {
	awk '{ print $14 * 10000 }' "/proc/$pid/stat"
}

# own: a list's CPU time but for that of the daemon in the kernel, which is SMC_DIAG's dump
own() {
	local before client
	before=$(daemon_time)
	TIMEFORMAT='%U %S'
	client=$({ time smcctl connection list --noheadings >/tmp/list; } 2>&1)
	rm /tmp/list
	echo "own $(($(daemon_time) - before + $(awk '{ printf "%d", ($1 + $2) * 1e6 }' <<<"$client")))"
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

start_service() {
	mkdir -p /etc/smcd
	printf 'plugins: [loopback]\nueids: [auto]\ndevices: {loopback0: {kind: loopback}}\n' \
		>/etc/smcd/smcd.yaml
	systemctl start smcd
	pid=$(systemctl show -P MainPID smcd)
}

# A bus and the daemon on a root that cannot be written to; the list needs no plugin.
start_programs() {
	PATH=$PATH:$here
	ip link set lo up
	mount -t tmpfs tmpfs /run
	mkdir -p /run/dbus /tmp/root/etc/smcd
	dbus-daemon --nofork --nopidfile --config-file=$here/bus.conf >/tmp/bus 2>&1 &
	echo 'plugins: []' >/tmp/root/etc/smcd/smcd.yaml
	until [ -S /run/dbus/system_bus_socket ]; do sleep 0.1; done
	smcd --config-root=/tmp/root 2>/tmp/smcd &
	pid=$!
	until smcctl status >/dev/null 2>&1; do
		kill -0 $pid || { cat /tmp/bus /tmp/smcd; return 1; }
		sleep 0.1
	done
}

sysctl -qw net.core.somaxconn=2000000 net.ipv4.tcp_max_syn_backlog=2000000 \
	net.ipv4.ip_local_port_range='2000 60999' fs.nr_open=2000000
[ ! -e /proc/sys/net/ipv4/tcp_syncookies ] || sysctl -qw net.ipv4.tcp_syncookies=0
if [ -d /run/systemd/system ]; then
	start_service
else
	start_programs
fi
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
	own
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
