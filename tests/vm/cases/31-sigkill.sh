# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# SIGKILL of the daemon under traffic: no connection breaks, and the daemon that
# systemd starts again knows what the killed one knew.
# timeout: 120
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# alive OLD_PID: another daemon runs
alive() {
	local pid
	pid=$(systemctl show -P MainPID smcd)
	[ "$pid" != 0 ] && [ "$pid" != "$1" ] && smcctl status >/dev/null
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

for round in 1 2 3; do
	pid=$(systemctl show -P MainPID smcd)
	kill -KILL "$pid"
	ok "round $round: systemd starts another daemon" wait_for 15 alive "$pid"
done
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
