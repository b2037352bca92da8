# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# SIGKILL of the daemon under traffic: no connection breaks, and within a second there is
# another one, which knows what the killed one knew. Where systemd itself needs long to start
# a program, the daemon is to need no longer than that.
# timeout: 120
# full-timeout: 600
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

rounds=10
[ "${BED_SCALE-}" != full ] || rounds=100
LIMIT=1000

# another UNIT OLD_PID: it runs, but no longer as that
another() {
	systemctl is-active -q "$1" && [ "$(systemctl show -P MainPID "$1")" != "$2" ]
}

# strike UNIT: kills it; sets after how many milliseconds it was there again
strike() {
	local pid start end
	pid=$(systemctl show -P MainPID "$1")
	read -r start _ </proc/uptime
	kill -KILL "$pid"
	# Who asks all the time takes the CPU that the daemon needs.
	sleep 0.5
	wait_for 15 another "$1" "$pid" || return
	end=$(systemctl show -P ActiveEnterTimestampMonotonic "$1")
	time=$((end / 1000 - ${start/./} * 10))
}

# A program that does nothing, in the daemon's sandbox: what systemd needs on this machine, at
# this time.
idle_unit() {
	sed -e 's/^Type=.*/Type=exec/; s|^ExecStart=.*|ExecStart=/bin/sleep infinity|' \
		-e 's/^\(Runtime\|Configuration\)Directory=.*/\1Directory=idle/' \
		-e '/^WatchdogSec\|^Alias/d' /usr/lib/systemd/system/smcd.service \
		>/run/systemd/system/idle.service
	systemctl daemon-reload
	systemctl start idle
}

# of RANK TIMES: the number of that rank among them
of() {
	local rank=$1
	shift
	printf '%s\n' "$@" | sort -n | sed -n "${rank}p"
}

# within WHAT MILLISECONDS OF_IDLE: within a second, unless an idle program needs a third of it;
# at full size, which wants a machine of its own, always
within() {
	local limit=$((3 * $3))
	[ $limit -gt $LIMIT ] && [ "${BED_SCALE-}" != full ] || limit=$LIMIT
	ok "$1 in $2 ms, the idle program in $3: at most $limit" test "$2" -le $limit
}

policy 100 "$emulation_policy"
smcd_start
idle_unit
smcctl device priority loopback0 400
first_contact
# shellcheck disable=SC2046 # a list of words
smc-traffic hold --conns 4 --interval 20 $(gids loopback0) >/tmp/hold 2>&1 &
hold=$!
ok "connections are held" wait_for 10 grep -q ^ready /tmp/hold
smcctl device list --json >/tmp/before
is 3 "$(grep -c '"name": *"' /tmp/before)" "devices before"
gid=$(value gid loopback0)

times=() idle=()
for ((round = 0; round < rounds; round++)); do
	strike idle || break
	idle+=("$time")
	strike smcd || break
	[ "$(smcctl device list --noheadings | wc -l)" = 3 ] || break
	times+=("$time")
	# So many starts in a minute are not what systemd is to see through.
	[ $((round % 10)) -ne 9 ] || systemctl reset-failed smcd idle
done
is $rounds $round "rounds with SIGKILL; after each there is another daemon, with all devices"
diag "ready after ms: ${times[*]}
the idle program: ${idle[*]}"
half=$(((rounds + 1) / 2))
within "half of them were ready" "$(of $half "${times[@]}")" "$(of $half "${idle[@]}")"
within "all of them were ready" "$(of $rounds "${times[@]}")" "$(of $rounds "${idle[@]}")"
systemctl stop idle
is 400 "$(value priority loopback0)" "the priority set before"
is "$gid" "$(value gid loopback0)" "the device was not made anew"
is "$(grep -o '"name": *"[^"]*"' /tmp/before)" \
	"$(smcctl device list --json | grep -o '"name": *"[^"]*"')" "the same devices"

sed -i '/ismemu1:/,$d' /etc/smcd/smcd.yaml
ok "a file without ismemu1 is loaded" systemctl reload smcd
ok "the device that the killed daemon made is deleted" \
	wait_for 10 sh -c '! softism-genl get name=ismemu1 2>/dev/null'
kill -TERM $hold
wait $hold
is 0 $? "no connection missed a beat"
done_testing
