# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# SIGKILL of the daemon under traffic: no connection breaks, and soon, at full size
# within a second, there is another one, which knows what the killed one knew.
# timeout: 120
# full-timeout: 600
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

rounds=10
# An emulated CPU that other VMs and work share is several times slower.
limit=$((3000 * ${BED_PATIENCE:-1}))
if [ "${BED_SCALE-}" = full ]; then
	rounds=100
	limit=1000
fi

# alive OLD_PID: another daemon runs
alive() {
	systemctl is-active -q smcd && [ "$(systemctl show -P MainPID smcd)" != "$1" ]
}

# strike: kills the daemon; sets after how many milliseconds another was ready
strike() {
	local pid start end
	pid=$(systemctl show -P MainPID smcd)
	read -r start _ </proc/uptime
	kill -KILL "$pid"
	# Who asks all the time takes the CPU that the daemon needs.
	sleep 0.8
	wait_for 15 alive "$pid" || return
	end=$(systemctl show -P ActiveEnterTimestampMonotonic smcd)
	time=$((end / 1000 - ${start/./} * 10))
}

policy 100 "$emulation_policy"
smcd_start
smcctl device priority loopback0 400
first_contact
# shellcheck disable=SC2046 # a list of words
smc-traffic hold --conns 4 --interval 20 $(gids loopback0) >/tmp/hold 2>&1 &
hold=$!
ok "connections are held" wait_for 10 grep -q ^ready /tmp/hold
smcctl device list --json >/tmp/before
is 3 "$(grep -c '"name": *"' /tmp/before)" "devices before"
gid=$(value gid loopback0)

times=
for ((round = 0; round < rounds; round++)); do
	strike || break
	[ "$(smcctl device list --noheadings | wc -l)" = 3 ] || break
	times+="$time "
	# So many starts in a minute are not what systemd is to see through.
	[ $((round % 10)) -ne 9 ] || systemctl reset-failed smcd
done
is $rounds $round "rounds with SIGKILL; after each there is another daemon, with all devices"
diag "ready after ms: $times"
# shellcheck disable=SC2086 # a list of words
mapfile -t times < <(printf '%s\n' $times | sort -n)
ok "half of them were ready within ${times[rounds / 2]} ms" test "${times[rounds / 2]}" -le $limit
ok "the slowest one within ${times[-1]} ms" test "${times[-1]}" -le $((10 * limit))
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
