# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The daemon as a service: what it may do, modules that others load for it, what
# systemd sees of a reload, the watchdog, and a second daemon.
# timeout: 150
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

CAP_NET_ADMIN=0000000000001000
program=/usr/libexec/smcd

main_pid() {
	systemctl show -P MainPID smcd
}

# exposure UNIT: tenths, as systemd-analyze counts
exposure() {
	systemd-analyze security --no-pager "$1" |
		sed -n 's/.*Overall exposure level for .*: \([0-9]*\)\.\([0-9]\) .*/\1\2/p'
}

# warned WORDS: in the journal
warned() {
	journalctl -q -b -u smcd -p warning | grep "$1"
}

# without_softism: the module goes, however often the daemon makes devices anew
without_softism() {
	wait_for 15 rmmod softism
}

# states COMMAND...: the unit's states while the command runs, one a line
states() {
	"$@" &
	local job=$!
	while kill -0 "$job" 2>/dev/null; do
		systemctl show -P ActiveState smcd
	done >/tmp/states
	wait "$job"
}

# SIGHUP; the end of it is seen in the log
hang_up() {
	local before
	before=$(journalctl -u smcd | grep -c 'the files are applied, ')
	kill -HUP "$(main_pid)"
	wait_for 15 sh -c "[ \$(journalctl -u smcd | grep -c 'the files are applied, ') -gt $before ]"
}

# another OLD_PID: systemd has started another daemon, and it answers
another() {
	local pid
	pid=$(main_pid)
	[ "$pid" != 0 ] && [ "$pid" != "$1" ] && smcctl status >/dev/null
}

policy 100 "$emulation_policy"
not_ok "before the start there is no module" grep -q '^softism' /proc/modules
smcd_start
ok "it has them loaded" grep -q '^softism' /proc/modules
for unit in smcd.service smcd-modules@x.service; do
	level=$(exposure $unit)
	ok "exposure of $unit in tenths: $level is at most 20" test "${level:-99}" -le 20
done
is $CAP_NET_ADMIN "$(sed -n 's/^CapPrm:\t//p' "/proc/$(main_pid)/status")" \
	"its capabilities"
is $CAP_NET_ADMIN "$(sed -n 's/^CapBnd:\t//p' "/proc/$(main_pid)/status")" \
	"those it can get"
is 2 "$(sed -n 's/^Seccomp:\t//p' "/proc/$(main_pid)/status")" "system calls are filtered"
ok "a priority can be saved" smcctl device priority loopback0 90 --save
ok "and set for now" smcctl device priority loopback0 95
ok "traffic" smc-traffic pair --bytes 64K
is "" "$(journalctl -q -b -u smcd -u 'smcd-modules@*' -p warning)" "no warning so far"

echo 'blacklist softism' >/etc/modprobe.d/test.conf
without_softism
ok "a reload with a module on the blacklist" smcctl reload
not_ok "does not load it" grep -q '^softism' /proc/modules
ok "and says so" warned 'blacklisted.*/etc/modprobe.d'
rm /etc/modprobe.d/test.conf
systemctl stop smcd-modules.socket
ok "a reload without the socket" smcctl reload
ok "says what to start" warned 'systemctl start smcd-modules.socket'
systemctl start smcd-modules.socket

# A module that takes its time: sees systemd that there is a reload?
echo 'install softism echo slow; sleep 2; modprobe --ignore-install softism' \
	>/etc/modprobe.d/test.conf
ok "systemctl reload" states systemctl reload smcd
ok "returns when all is done" smcctl device show loopback0
is "reloading" "$(uniq /tmp/states | tr '\n' ' ' | sed 's/^active //; s/ active $//; s/ $//')" \
	"the unit is reloading meanwhile"
without_softism
ok "SIGHUP" states hang_up
ok "reloads, too" smcctl device show loopback0
is "reloading active" "$(uniq /tmp/states | tr '\n' ' ' | sed 's/^active //; s/ $//')" \
	"the daemon says that it reloads, and that it is ready"
rm /etc/modprobe.d/test.conf
is "" "$(systemctl --failed --no-legend)" "no unit has failed"

pid=$(main_pid)
$program 2>/tmp/second
is 69 $? "exit code of a second daemon"
ok "it says why, in plain words" grep -q '^smcd: .*another smcd runs' /tmp/second
is "$pid" "$(main_pid)" "the first one lives on"
ok "and answers" smcctl status

mkdir -p /run/systemd/system/smcd.service.d
printf '[Service]\nWatchdogSec=2\n' >/run/systemd/system/smcd.service.d/test.conf
systemctl daemon-reload
systemctl restart smcd
pid=$(main_pid)
sleep 3
is "$pid" "$(main_pid)" "a daemon that is well feeds the watchdog"
gid=$(value gid loopback0)
kill -STOP "$pid"
ok "one that is stuck is killed, and another started" wait_for 20 another "$pid"
ok "it was the watchdog" sh -c 'journalctl -u smcd | grep -q "Watchdog timeout"'
is "$gid" "$(value gid loopback0)" "the devices stay"
is "" "$(dmesg | grep -i 'audit.*smcd')" "no system call was refused"
done_testing
