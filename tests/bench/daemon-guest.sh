# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What tests/bench/daemon runs in the VM, one line for each measurement:
#   start DAEMON US      from fork to ready, as the unit says
#   bare DAEMON US       the same without the unit's sandbox
#   memory DAEMON RSS PSS    kB
#   wakes DAEMON N       in the time given
# DAEMON is smcd-DEVICES or the name of a unit. /bed/bin/plan says how much: turns,
# devices, seconds.
set -euo pipefail
# shellcheck source=/dev/null
. /bed/bin/plan
: "${turns:?}" "${devices:?}" "${seconds:?}"
OTHERS=(systemd-networkd bolt)
# How to start them by hand
declare -A BARE=(
	[smcd]="-p Type=notify -p RuntimeDirectory=smcd -p RuntimeDirectoryPreserve=yes
		/usr/libexec/smcd"
	[systemd-networkd]="-p Type=notify -p RuntimeDirectory=systemd/netif
		-p RuntimeDirectoryPreserve=yes /lib/systemd/systemd-networkd"
	[bolt]="-p Type=dbus -p BusName=org.freedesktop.bolt -p RuntimeDirectory=boltd
		-p StateDirectory=boltd /usr/libexec/boltd"
)

# policy N: with so many devices
policy() {
	local i
	mkdir -p /etc/smcd
	echo 'plugins: [loopback, ism]'
	echo 'ueids: [auto]'
	[ "$1" -eq 0 ] || echo 'devices:'
	for ((i = 0; i < $1; i++)); do
		echo "  device$i: {kind: loopback}"
	done
}

# took UNIT: from fork to ready, in microseconds
took() {
	local from to
	from=$(systemctl show -P ExecMainStartTimestampMonotonic "$1")
	to=$(systemctl show -P ActiveEnterTimestampMonotonic "$1")
	echo $((to - from))
}

start() { # UNIT NAME
	systemctl stop "$1" 2> /dev/null
	systemctl start "$1"
	echo "start $2 $(took "$1")"
}

bare() { # UNIT NAME
	systemctl stop "$1" 2> /dev/null
	# shellcheck disable=SC2086 # a list of words
	systemd-run -q -u bench ${BARE[$1]}
	echo "bare $2 $(took bench)"
	systemctl stop bench
	systemctl start "$1"
}

pid_of() {
	systemctl show -P MainPID "$1"
}

memory() { # UNIT NAME
	echo "memory $2 $(sed -n 's/^Rss: *\([0-9]*\) kB/\1/p; s/^Pss: *\([0-9]*\) kB/\1/p' \
		"/proc/$(pid_of "$1")/smaps_rollup" | tr '\n' ' ')"
}

# sleeps PID: how often each thread has slept, one a line
sleeps() {
	awk '/^Pid:/ { pid = $2 } /^voluntary_ctxt/ { print pid, $2 }' "/proc/$1/task/"*/status |
		sort
}

# idle: counts the wake-ups of all daemons in the same time; threads that end count no more
idle() { # UNIT[=NAME]...
	local pair
	declare -A before
	sleep 5
	for pair; do before[$pair]=$(sleeps "$(pid_of "${pair%=*}")"); done
	sleep "$seconds"
	for pair; do
		echo "wakes ${pair#*=} $(join <(echo "${before[$pair]}") \
			<(sleeps "$(pid_of "${pair%=*}")") | awk '{ n += $3 - $2 } END { print n }')"
	done
}

# with N: smcd with N devices, in turns with the others
with() {
	local name=smcd-$1 other i
	policy "$1" > /etc/smcd/smcd.yaml
	systemctl restart smcd
	[ "$(smcctl device list --noheadings 2> /dev/null | wc -l)" = "$1" ]
	for ((i = 0; i < turns; i++)); do
		start smcd "$name"
		bare smcd "$name"
		for other in "${OTHERS[@]}"; do
			start "$other" "$other"
			bare "$other" "$other"
		done
	done
	memory smcd "$name"
	for other in "${OTHERS[@]}"; do memory "$other" "$other"; done
	idle "smcd=$name" "${OTHERS[@]}"
}

rm -f /etc/systemd/system/systemd-networkd.service
systemctl daemon-reload
systemctl start "${OTHERS[@]}"
modprobe -a smc smc_diag softism
with 0
with "$devices"
