# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Who may change what: root always, others as polkit says, verb by verb and device by device;
# and while polkit thinks, the daemon answers others.
# timeout: 240
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

rules=/etc/polkit-1/rules.d/10-test.rules

# device DEVICE METHOD ARGUMENTS...: calls it as the user; others are asked for nothing
device() {
	as_user busctl call --allow-interactive-authorization=no org.smcd1 \
		"/org/smcd1/device/$1" org.smcd1.Device "${@:2}" 2>&1
}

# ask DEVICE METHOD: as device, in the background, with polkit thinking for some seconds
ask() {
	rm -f /tmp/thinks
	device "$1" "$2" 'a{sv}' 0 >/tmp/asked 2>&1 &
	asked=$!
	ok "polkit thinks about $2" wait_for 10 pidof sleep
}

# at_once COMMAND...: it succeeds, and takes less than a second
at_once() {
	local start end
	start=$(date +%s%N)
	"$@" || return
	end=$(date +%s%N)
	[ $((end - start)) -lt 1000000000 ]
}

policy 100 "$emulation_policy"
smcd_start

diag "without polkit"
systemctl mask -q --now --runtime polkit
ok "root changes what it likes" busctl call org.smcd1 /org/smcd1/device/loopback0 \
	org.smcd1.Device SetPriority 'ua{sv}' 101 0
is 101 "$(value priority loopback0)" "the kernel knows"
exits 4 "reload needs root: run with sudo (Only root may reload the configuration: there is no $(
	)polkit" as_user smcctl reload
exits 4 "Only root may take a device down: there is no polkit" \
	as_user smcctl device down loopback0
systemctl unmask -q --runtime polkit

diag "as it is installed"
before=$(softism-genl dump)
is 0 "$(systemctl show -P ActiveEnterTimestampMonotonic polkit)" "polkit has not run yet"
exits 4 "does not let polkit ask for a password" as_user smcctl reload
ok "now it does" systemctl is-active polkit
exits 1 "Access denied" as_user busctl call --allow-interactive-authorization=yes \
	org.smcd1 /org/smcd1 org.smcd1.Manager Reload
for method in Up Down Drain Delete; do
	like "does not let polkit ask" "$(device loopback0 $method 'a{sv}' 0)" "$method: refused"
done
like "does not let polkit ask" "$(device loopback0 SetPriority 'ua{sv}' 1 0)" \
	"SetPriority: refused"
is "$before" "$(softism-genl dump)" "nothing has changed"

diag "by a rule"
cat >$rules <<'RULES'
polkit.addRule(function(action, subject) {
	if (subject.user != "user")
		return;
	if (action.id == "org.smcd1.set-priority" && action.lookup("device") == "loopback0")
		return polkit.Result.YES;
	if (action.id == "org.smcd1.device-delete")
		return polkit.Result.NO;
	if (action.id == "org.smcd1.device-state") {
		polkit.spawn(["sleep", "4"]);
		return polkit.Result.YES;
	}
});
polkit.addAdminRule(function() {
	return ["unix-user:root"];
});
RULES
chmod 644 $rules
systemctl restart polkit
ok "the user sets the priority" as_user smcctl device priority loopback0 222
is 222 "$(value priority loopback0)" "the kernel knows"
like "does not let polkit ask" "$(device ismemu0 SetPriority 'ua{sv}' 1 0)" "of no other device"
exits 4 "polkit does not allow it" as_user smcctl device delete loopback0
like "65535" "$(device loopback0 SetPriority 'ua{sv}' 65536 0)" \
	"what is wrong anyway is no question"

diag "by a password, on a terminal"
echo root:secret | chpasswd
# type_in WORDS COMMAND: the user's command, in a session on a terminal; WORDS are typed when it asks
type_in() {
	(wait_for 20 grep -q Password /tmp/terminal; sleep 0.5; echo "$1"; sleep 1) |
		script -qec "su -l user --session-command '$2'" /tmp/terminal >/dev/null 2>&1
}
rm -f /tmp/terminal
type_in wrong "smcctl device priority ismemu0 77"
is 4 $? "a wrong password"
ok "was asked for" grep -q Password /tmp/terminal
is 300 "$(value priority ismemu0)" "changes nothing"
rm -f /tmp/terminal
type_in secret "smcctl device priority ismemu0 77"
is 0 $? "the right one"
is 77 "$(value priority ismemu0)" "does"
ok "and asks for what is to be done" \
	grep -q "set the priority of the SMC-D device ismemu0" /tmp/terminal
sed 's/^/# /' /tmp/terminal
ok "no agent is left" wait_for 5 sh -c '! pidof pkttyagent'

diag "while polkit thinks"
ask loopback0 Down
ok "others read" at_once busctl get-property org.smcd1 /org/smcd1/device/loopback0 \
	org.smcd1.Device State
ok "root changes" at_once busctl call org.smcd1 /org/smcd1/device/loopback0 \
	org.smcd1.Device SetPriority 'ua{sv}' 333 0
ok "the question is still open" kill -0 $asked
is "1 333" "$(value up loopback0) $(value priority loopback0)" "only that has happened"
wait $asked
is 0 $? "then the user may"
is 0 "$(value up loopback0)" "the device is down"

softism-genl new kind=loopback name=extra >/dev/null
ok "a new device" wait_for 5 busctl get-property org.smcd1 /org/smcd1/device/extra \
	org.smcd1.Device Name
ask extra Down
softism-genl del name=extra >/dev/null
wait $asked
is 1 $? "it goes meanwhile"
like "Unknown object" "$(cat /tmp/asked)" "the user is told"

busctl monitor --match "member='CancelCheckAuthorization'" >/tmp/cancelled 2>&1 &
monitor=$!
ask loopback0 Up
pkill -x -u user busctl
ok "a caller that goes is forgotten" wait_for 5 grep -q '"smcd-' /tmp/cancelled
kill $monitor
ok "polkit is through" wait_for 10 sh -c '! pidof sleep'
is 0 "$(value up loopback0)" "nothing has changed"

as_user smcctl device up loopback0 >/tmp/asked 2>&1 &
asked=$!
ok "polkit thinks again" wait_for 10 pidof sleep
systemctl kill -s KILL polkit
wait $asked
is 4 $? "polkit dies"
like "Only root may take a device up: polkit does not answer" "$(cat /tmp/asked)" \
	"which is no permission"
is 0 "$(value up loopback0)" "nothing has changed"
ok "the daemon is well" smcctl status
done_testing
