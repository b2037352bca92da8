# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Hostile callers on D-Bus, a user and root: whatever they send, the daemon stays alive and small,
# changes nothing, keeps no descriptors, and answers others within a second.
# timeout: 240
# smp: 2
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# of_daemon KEY: from its status, in KiB
of_daemon() {
	awk -v key="$1:" '$1 == key { print $2 }' "/proc/$pid/status"
}

descriptors() {
	find "/proc/$pid/fd" -mindepth 1 | wc -l
}

# What may not change: not counters
state() {
	softism-genl dump | grep -o 'name=[^ ]*\|priority=[^ ]*\|up=.\|drain=.'
	smc-genl ueids
	cat /run/smcd/smcd.d/* /etc/smcd/smcd.d/* 2>/dev/null
}

said() {
	"$@" >/tmp/said
}

# meanwhile NAME COMMAND...: it succeeds, and an honest client does not wait for longer than 1 s
meanwhile() {
	local name=$1 honest
	shift
	rm -f /tmp/stop
	bus-hostile honest /tmp/stop >/tmp/slowest &
	honest=$!
	ok "$name" said "$@" || head -n 20 /tmp/said
	diag "$(tail -n 1 /tmp/said)"
	touch /tmp/stop
	wait $honest
	is 0 $? "an honest caller has all answers"
	ok "the slowest in $(cat /tmp/slowest) ms" \
		test "$(cat /tmp/slowest)" -lt $((1000 * ${BED_PATIENCE:-1}))
}

unharmed() { # NAME
	is "$pid" "$(systemctl show -P MainPID smcd)" "$1: the same daemon runs"
	is "$before" "$(state)" "$1: nothing has changed"
	ok "$1: its memory is $(of_daemon VmRSS) KiB" test "$(of_daemon VmRSS)" -lt 20480
	is "$fds" "$(descriptors)" "$1: it has as many descriptors as before"
}

policy 100 "$emulation_policy"
smcd_start
first_contact
smcctl device list >/dev/null
smcctl connection list >/dev/null
pid=$(systemctl show -P MainPID smcd)
before=$(state)
fds=$(descriptors)

meanwhile "a user calls everything wrongly" as_user bus-hostile calls
unharmed "a user's calls"
meanwhile "so does root" bus-hostile calls
unharmed "root's calls"
meanwhile "a user calls everything as it should be" as_user bus-hostile valid
unharmed "a user's valid calls"

meanwhile "a user does not read answers" as_user bus-hostile flood 3
unharmed "a user's flood"
meanwhile "root does not read answers" bus-hostile flood 3
unharmed "root's flood"
ok "at most, its memory was $(of_daemon VmHWM) KiB" test "$(of_daemon VmHWM)" -lt 65536

diag "many questions for polkit at once"
cat >/etc/polkit-1/rules.d/10-test.rules <<'RULES'
polkit.addRule(function(action, subject) {
	if (action.id == "org.smcd1.device-state" && subject.user == "user")
		polkit.spawn(["sleep", "9"]);
});
RULES
chmod 644 /etc/polkit-1/rules.d/10-test.rules
systemctl restart polkit
as_user bus-hostile questions 100 >/tmp/answers &
asking=$!
ok "polkit thinks" wait_for 10 pidof sleep
meanwhile "reads go on" sleep 2
systemctl kill -s KILL polkit
wait $asking
is "limits=84 denied=16 other=0" "$(cat /tmp/answers)" "sixteen are asked about at a time"
unharmed "many questions"
ok "the kernel has nothing to say" dmesg_clean
done_testing
