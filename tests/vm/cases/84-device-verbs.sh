# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A device is taken down and up, drained, and deleted, with smcctl: what new connections do,
# what those that exist do, and that neither reload, nor restart, nor somebody else undoes it.
# Traffic and the kernel's own view are the proof; a user may do none of it.
# kernel: stock dibs
# timeout: 240
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

policy 400 "$emulation_policy"
smcd_start
first_contact
next "loopback is taken" loopback0

diag "down and up"
hold loopback0
exits 0 draining smcctl device down loopback0
is "0 1 2 0" "$(value up loopback0) $(value attached loopback0) $(value conns loopback0) $(
	value rank loopback0)" "the kernel has it down, with its connection"
next "a new connection takes emulation" "ismemu0 ismemu1"
ok "a reload" smcctl reload
is 0 "$(value up loopback0)" "does not undo it"
ok "somebody else takes it up" softism-genl set name=loopback0 up=1
ok "that is put right" wait_for 10 is_now loopback0 up 0
release
ok "after the last connection it is detached" wait_for 10 is_now loopback0 attached 0
ok "smcctl tells" wait_for 5 sh -c \
	'smcctl device priority loopback0 --json | tr -d " \n" | grep -q "\"state\":\"down\""'
ok "a restart of the daemon" systemctl restart smcd
is 0 "$(value up loopback0)" "does not undo it either"
ok "the override lives in /run" grep -q 'state: down' /run/smcd/smcd.d/95-smcctl.yaml
exits 0 loopback0 smcctl device up loopback0
is 1 "$(value up loopback0)" "the kernel has it up"
ok "it is in its place" wait_for 12 is_now loopback0 rank 1
next "loopback is taken again" loopback0

diag "a drain that ends"
hold loopback0 --conns 2
smcctl device drain loopback0 --timeout 60 >/tmp/drained 2>&1 &
drain=$!
ok "the drain tells what is left" wait_for 10 grep -qx "loopback0: 4 connections left" /tmp/drained
is "0 1 1 4" "$(value up loopback0) $(value drain loopback0) $(value attached loopback0) $(
	value conns loopback0)" "the kernel drains it, with its connections"
next "a new connection takes emulation" "ismemu0 ismemu1"
ok "a reload" smcctl reload
is "0 1" "$(value up loopback0) $(value drain loopback0)" "does not end the drain"
ok "it goes on" kill -0 $drain
release
wait $drain
is 0 $? "it ends well"
like "loopback0: 0 connections left.loopback0: drained$" "$(cat /tmp/drained)" "and says so"
is "2 0 0" "$(value drain loopback0) $(value attached loopback0) $(value conns loopback0)" \
	"the kernel has detached the device"
exits 0 "loopback0: drained" smcctl device drain loopback0
is down "$(smcctl device drain loopback0 --json | sed -n 's/.*"state": *"\([a-z]*\)".*/\1/p')" \
	"as JSON, too"

diag "a drain that takes too long"
smcctl device up loopback0 >/dev/null
ok "it is in its place" wait_for 12 is_now loopback0 rank 1
hold loopback0
exits 6 "the time is up, and 2 connections are left" smcctl device drain loopback0 --timeout 1
is "0 3 1" "$(value up loopback0) $(value drain loopback0) $(value attached loopback0)" \
	"it stays down, the connection goes on"
release
ok "after the last connection it is detached" wait_for 10 is_now loopback0 attached 0
smcctl device up loopback0 >/dev/null
ok "it is in its place" wait_for 12 is_now loopback0 rank 1
next "loopback is taken again" loopback0

diag "deletion"
hold loopback0
exits 1 "drain it first" smcctl device delete loopback0
is "1 2" "$(value up loopback0) $(value conns loopback0)" "a device in use stays as it is"
kill -STOP $held
exits 0 "yet to close" smcctl device delete loopback0 --force
ok "it says that a reload makes it again" grep -q 'the next reload' /tmp/out
is "1 0" "$(value closing loopback0) $(value up loopback0)" "the kernel waits for the application"
next "a new connection takes emulation" "ismemu0 ismemu1"
kill -CONT $held
wait $held
is 1 $? "the application gets an error"
ok "with its sockets the device goes" wait_for 10 absent loopback0
softism-genl new kind=loopback name=extra >/dev/null
ok "smcd sees what others change" wait_for 10 smcctl device show extra
sleep 2
ok "but does not make the device again" absent loopback0
is "extra: deleted" "$(smcctl device delete extra)" "one that no file names"
ok "is gone" absent extra
ok "a reload" smcctl reload
ok "makes it again" wait_for 12 is_now loopback0 rank 1
next "loopback is taken again" loopback0

diag "what is refused"
before=$(softism-genl dump | grep -o 'name=[^ ]*\|up=.')
exits 5 "no device 'nosuch'" smcctl device down nosuch
exits 2 "NAME is missing" smcctl device up
exits 4 "needs root" as_user smcctl device down loopback0
exits 4 "needs root" as_user smcctl device up loopback0
exits 4 "needs root" as_user smcctl device drain loopback0
exits 4 "needs root" as_user smcctl device delete ismemu0 --force
exits 5 "no device 'nosuch'" smcctl device drain nosuch
exits 5 "no device 'nosuch'" smcctl device delete nosuch
exits 2 "1 to 86400" smcctl device drain loopback0 --timeout 0
is "$before" "$(softism-genl dump | grep -o 'name=[^ ]*\|up=.')" "nothing has changed"
ok "the kernel has nothing to say" dmesg_clean
done_testing
