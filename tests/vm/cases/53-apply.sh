# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What a change of the files does to the kernel, message by message, and to connections: none
# without a difference; shown before; refused, deferred or forced where a device is in use; and
# gone again when nobody confirms it, also after the daemon was killed.
# kernel: stock
# full-kernel: dibs
# timeout: 240
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

file=/etc/smcd/smcd.yaml

# watch COMMAND...: notes what the daemon sends meanwhile, and shortly after
watch() {
	local pid status=0 tracer
	pid=$(systemctl show -p MainPID --value smcd)
	strace -qq -xx -e trace=sendmsg,sendto -p "$pid" -o /tmp/strace &
	tracer=$!
	wait_for 5 grep -q '^TracerPid:.*[1-9]' "/proc/$pid/status" || return
	"$@" >/tmp/out 2>&1 || status=$?
	sleep 0.5
	kill $tracer
	wait $tracer
	[ $status -eq 0 ] || cat /tmp/out
	return $status
}

# sent: the netlink messages that were noted, "FAMILY COMMAND" a line; what is not understood is as
# it is. strace does not know the families of newer kernels by name.
sent() {
	awk '
		NR == FNR && $1 == "Name:" { name = $2 }
		NR == FNR && $1 == "ID:" { names[$2] = name }
		NR == FNR || /AF_UNIX|msg_name=NULL/ { next }
		!match($0, /nlmsg_type=[^, ]*/) { print; next }
		{ family = substr($0, RSTART + 11, RLENGTH - 11) }
		family in names { family = names[family] }
		!match($0, /[}], "\\x../) { print; next }
		{ print family, substr($0, RSTART + 6, 2) }
	' <(genl ctrl list) /tmp/strace
}

# changes: those that do more than to read (softism.h, linux/smc.h)
changes() {
	sent | grep -vxE 'nlctrl 03|softism (01|02|0b)|SMC_GEN_NETLINK (0[1-9]|0d|10)|SMC_PNETID 01'
}

# kernel_state: of the devices, but for counters
kernel_state() {
	softism-genl dump | grep -o 'name=[^ ]*\|up=.\|priority=[^ ]*\|conns=[^ ]*\|rank=[^ ]*'
}

without_loopback() {
	sed -i '/^  loopback0:/,+1d' $file
}

# trial SECONDS: smcctl apply --confirm in the background
trial() {
	smcctl apply --confirm "$1" </dev/null >/tmp/trial 2>&1 &
	trial=$!
}

policy 400 "$emulation_policy"
smcd_start
first_contact
next "loopback is taken" loopback0

diag "only the difference"
ok "a reload without a change" watch systemctl reload smcd
at_least "messages that read" "$(sent | wc -l)" 5
is "" "$(changes)" "none changes anything"
policy 401 "$emulation_policy"
ok "a reload with one difference" watch systemctl reload smcd
is "softism 05" "$(changes)" "sends one message that changes something"
is 401 "$(value priority loopback0)" "that one"
policy 400 "$emulation_policy"
ok "an Apply of another one" watch smcctl apply
is "softism 05" "$(changes)" "sends one message, too"

diag "files are checked, by anybody"
ok "good ones" smcctl verify
ok "good ones, by a user" as_user smcctl verify
sed 's/kind: loopback/kind: teleport/' $file >/tmp/bad.yaml
mkdir -p /tmp/root/etc/smcd
cp /tmp/bad.yaml /tmp/root/etc/smcd/smcd.yaml
exits 1 "/tmp/root$file:6:11: no plugin of 'plugins' knows the kind 'teleport'" \
	smcctl verify --root /tmp/root
exits 1 '"valid": false' smcctl verify --root /tmp/root --json

diag "a dry run"
hold loopback0
without_loopback
echo 'ueids: [auto, DRY-RUN]' >/etc/smcd/smcd.d/50-ueid.yaml
before=$(kernel_state)
ok "is one" watch smcctl apply --dry-run
is "" "$(changes)" "nothing is sent that changes something"
ok "it shows what would be done" grep -x "add UEID DRY-RUN (/etc/smcd/smcd.d/50-ueid.yaml:1)" \
	/tmp/out
ok "and what is in the way" grep -x "delete loopback0, which no file wants any longer: 2 $(
	)connections are in the way" /tmp/out
is 2 "$(wc -l </tmp/out)" "and no more"
rm /etc/smcd/smcd.d/50-ueid.yaml
exits 4 "needs root" as_user smcctl apply --dry-run
exits 4 "needs root" as_user smcctl apply

diag "a device in use that has to go: refused"
watch smcctl apply --busy=refuse >/dev/null
is 1 $? "it fails"
ok "it says which device" grep -F "loopback0: 2 connections; what is in use would have to go, $(
	)so nothing was done" /tmp/out
is "" "$(changes)" "nothing was sent that changes something"
is "$before" "$(kernel_state)" "all is as it was"
next "loopback is still taken" loopback0

diag "deferred"
exits 0 "deferred: delete loopback0, which no file wants any longer: " smcctl apply
ok "status tells, too" sh -c 'smcctl status | grep -F "deferred: delete loopback0"'
is "0 2" "$(value up loopback0) $(value conns loopback0)" "the device takes no new connections"
next "a new one takes emulation" "ismemu0 ismemu1"
policy 400 "$emulation_policy"
ok "the old policy" smcctl apply --busy=refuse
ok "puts it in its place" wait_for 12 is_now loopback0 rank 1
is ok "$(smcctl status --json | sed -n 's/.*"state": *"\(.*\)".*/\1/p')" "all is well"

# foreign: how many UEIDs there are that are not the daemon's
foreign() {
	smc-genl ueids | grep -c FOREIGN
}

diag "on trial"
policy 100 "$emulation_policy"
smc-genl ueid-add FOREIGN
echo 'ueids: [auto, FOREIGN]' >/etc/smcd/smcd.d/50-ueid.yaml
trial 2
ok "another order" wait_for 5 is_now loopback0 priority 100
exits 1 "has to be confirmed or rolled back first" smcctl reload
wait $trial
is 6 $? "nobody confirms it"
is "400 1" "$(value priority loopback0) $(foreign)" "it is gone again, but not what it has found"
ok "status says so" sh -c 'smcctl status | grep -F "not confirmed within 2 s"'
id=26f0ad0981d4473fa305b8478b92c707
ok "the catalogue is taken" journalctl --update-catalog
like "not confirmed within 2 s; the policy .*Subject: The configuration of smcd was rolled back" \
	"$(journalctl -x -u smcd MESSAGE_ID=$id | tr '\n' ' ')" "so does the journal, with advice"
ok "the files are as they were" grep -q 'loopback: 100' $file
trial 60
ok "once more" wait_for 5 is_now loopback0 priority 100
systemctl kill --kill-whom=main --signal=KILL smcd
ok "the daemon is killed" wait_for 10 is_now loopback0 priority 400
wait $trial
is 1 $? "that is no confirmation either"
ok "smcctl says so" grep -F "not confirmed before smcd was started" /tmp/trial
is 1 "$(foreign)" "what it has found is still there"
trial 60
ok "and again" wait_for 5 is_now loopback0 priority 100
ok "confirmed" smcctl confirm
wait $trial
is 0 $? "so it stays"
ok "a restart" systemctl restart smcd
is 100 "$(value priority loopback0)" "does not undo it"
policy 400 "$emulation_policy"
rm /etc/smcd/smcd.d/50-ueid.yaml
ok "the old policy" smcctl apply
is 0 "$(foreign)" "what was confirmed was taken over, and goes when no file names it"
release

diag "forced"
hold loopback0
gid=$(value gid loopback0)
sed -i '0,/kind: loopback/s//&\n    max-dmbs: 64/' $file
exits 1 "loopback0: 2 connections" smcctl apply --busy=refuse
kill -STOP $held
exits 0 "deferred: create loopback0" smcctl apply --busy=force
is 1 "$(value closing loopback0)" "the kernel waits for the application"
kill -CONT $held
wait $held
is 1 $? "the application gets an error"
ok "the device is made anew" wait_for 10 is_now loopback0 max-dmbs 64
ok "it is another one" test "$(value gid loopback0)" != "$gid"
is "$(smcctl status --json | tr -d ' \n' | grep -o '"problems":\[\]')" '"problems":[]' "all is well"
next "connections take it" loopback0

diag "a drain, over a restart of the daemon"
hold loopback0
smcctl device drain loopback0 --timeout 60 >/tmp/drained 2>&1 &
drain=$!
ok "it has begun" wait_for 10 grep -qx "loopback0: 2 connections left" /tmp/drained
systemctl kill --kill-whom=main --signal=KILL smcd
ok "smcd is killed and started" wait_for 10 smcctl status
release
wait $drain
is "0 loopback0: drained" "$? $(tail -n 1 /tmp/drained)" "it goes on, and ends well"
smcctl device up loopback0 >/dev/null

diag "a device that no file names"
softism-genl new kind=loopback name=extra >/dev/null
ok "is there" wait_for 10 smcctl device show extra
exits 0 "extra: drained" smcctl device drain extra
is "extra: deleted" "$(smcctl device delete extra)" "it is not said to come back"
not_ok "nor is it named" grep -q extra /run/smcd/smcd.d/95-smcctl.yaml
ok "a reload" smcctl reload
ok "does not make it" absent extra
ok "the kernel has nothing to say" dmesg_clean
done_testing
