# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What smcctl sets by hand, compared with what the kernel has: UEIDs, the SEID and PNETIDs; what is
# kept over reload and restart of the daemon, what is of others, and that bad words change nothing.
# kernel: stock dibs
# timeout: 180
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

saved=/etc/smcd/smcd.d/90-smcctl.yaml
runtime=/run/smcd/smcd.d/95-smcctl.yaml

ueids() {
	smc-genl ueids | sed 's/^ueid=//; s/ *$//' | grep -v '^SMCD-' | sort | tr '\n' ' '
}

# The kernel's lo may have one from before
pnets() {
	smc-genl pnets | grep -v UNUSED | sort | sed 's/pnetid=\([^ ]*\) interface=\([^ ]*\) device=\([^ ]*\).*/\1:\2:\3/' | tr '\n' ' '
}

# all: what the kernel has, and what the drop-ins say
all() {
	ueids
	pnets
	cat $saved $runtime 2>/dev/null
}

# json MEMBER VERB...: a line of what smcctl prints, without blanks
json() {
	smcctl "${@:2}" --json | tr -d ' \n' | grep -o "$1" | head -n 1
}

policy 100 "$emulation_policy"
if ! grep -q '^smc ' /proc/modules; then
	smcd_start
	smcctl ueid list >/dev/null
fi
systemctl stop smcd
for verb in "ueid list" "ueid add A" seid "seid disable" "pnet list" "pnet delete A"; do
	# shellcheck disable=SC2086 # words
	exits 3 "systemctl start smcd" smcctl $verb
done
sed -i 's/^ueids:.*/ueids: [auto, FILE]/' /etc/smcd/smcd.yaml
echo 'pnetids: {FILENET: {devices: [loopback0]}}' >>/etc/smcd/smcd.yaml
line=$(wc -l </etc/smcd/smcd.yaml)
ip link add dummy0 type dummy
ip link add dummy1 type dummy
smcd_start

diag "UEIDs"
is "FILE " "$(ueids)" "the kernel has that of the file"
exits 0 "NOW: added, until the next boot" smcctl ueid add NOW
exits 0 "KEPT.1: added, for good" smcctl ueid add KEPT.1 --save
is "FILE KEPT.1 NOW " "$(ueids)" "the kernel has them"
is "$(smcctl ueid list --noheadings | sed -n 2,4p | tr -s ' ' | sed 's/ *$//')" \
"FILE yes /etc/smcd/smcd.yaml:3 -
KEPT.1 yes $saved:2 -
NOW yes by hand -" "who wants which is shown"
is '"ueid":"KEPT.1","configured":"KEPT.1","effective":true,"origin":"file","file":"'$saved'","line":2' \
	"$(json '"ueid":"KEPT.1",[^}]*"line":2' ueid list)" "as JSON, too"
json_is ueid-list "$(smcctl ueid list --json)"
before=$(all)
exits 1 "the files have 4 UEIDs already, as many as the kernel takes" smcctl ueid add FIFTH
exits 1 "UEID NOW is there already, for $runtime:2" smcctl ueid add NOW
exits 1 "UEID FILE is there already, for /etc/smcd/smcd.yaml:3" smcctl ueid add FILE --save
exits 2 "lower-case" smcctl ueid add now
exits 2 "longer than 32" smcctl ueid add AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDD
exits 2 "A-Z, 0-9" smcctl ueid add 'A B'
exits 1 "/etc/smcd/smcd.yaml:3:15: UEID FILE is wanted here" smcctl ueid delete FILE --save
exits 1 "add --save to delete it for good" smcctl ueid delete KEPT.1
exits 1 "there is no UEID 'NOTHERE'" smcctl ueid delete NOTHERE
exits 4 "needs root" as_user smcctl ueid delete NOW
ok "a user may look" as_user smcctl ueid list
is "$before" "$(all)" "nothing has changed"
exits 0 "NOW: deleted" smcctl ueid delete NOW
ok "others add one" smc-genl ueid-add OTHERS
like "OTHERS +yes +others" "$(smcctl ueid list)" "which is shown as such"
exits 1 "was added by others" smcctl ueid delete OTHERS --save
exits 1 "the kernel has 4 UEIDs already" smcctl ueid add FIFTH
is "FILE KEPT.1 OTHERS " "$(ueids)" "and left alone"
smc-genl ueid-del OTHERS
exits 1 "is there already, for /etc/smcd/smcd.yaml:3" smcctl ueid add auto
machine=$(smc-genl ueids | sed -n 's/^ueid=\(SMCD-[^ ]*\).*/\1/p')
sed -i 's/^ueids:.*/ueids: [FILE]/' /etc/smcd/smcd.yaml
smcctl reload
exits 0 "auto: added" smcctl ueid add auto
exits 0 "$machine: deleted" smcctl ueid delete "$machine"
not_ok "the kernel has it no longer" sh -c 'smc-genl ueids | grep SMCD-'
exits 0 "auto: added" smcctl ueid add auto
exits 0 "auto: added, for good" smcctl ueid add auto --save
ok "the kernel has it" sh -c 'smc-genl ueids | grep SMCD-'
exits 0 "auto: deleted" smcctl ueid delete auto --save
sed -i 's/^ueids:.*/ueids: [auto, FILE]/' /etc/smcd/smcd.yaml
smcctl reload
json_is ueid-add "$(smcctl ueid add NOW --json)"
json_is ueid-delete "$(smcctl ueid delete NOW --json)"
exits 0 "NOW: added" smcctl ueid add NOW
systemctl kill --kill-whom=main --signal=KILL smcd
ok "smcd is killed and runs again" wait_for 10 smcctl reload
is "FILE KEPT.1 NOW " "$(ueids)" "a restart and a reload change nothing"

diag "the SEID"
like "effective +disabled" "$(smcctl seid)" "is shown"
json_is seid-show "$(smcctl seid --json)"
like "reason +.*only those of IBM Z" "$(smcctl seid show)" "and why it is so"
for verb in enable disable; do
	exits 1 "only those of IBM Z (s390) have" smcctl seid $verb --save
done
exits 4 "needs root" as_user smcctl seid enable

diag "PNETIDs"
exits 0 "net1: added, until the next boot" smcctl pnet add net1 --interface dummy0
exits 0 "NET2: added, for good" smcctl pnet add NET2 --interface dummy1 --save
is "FILENET:n/a:loopback0 NET1:dummy0:n/a NET2:dummy1:n/a " "$(pnets)" "the kernel has them"
is "FILENET device loopback0 yes /etc/smcd/smcd.yaml:$line
NET1 interface dummy0 yes by hand
NET2 interface dummy1 yes $saved:5" "$(smcctl pnet list --noheadings | grep -v UNUSED | tr -s ' ' |
	sed 's/ - *$//' | sort)" "who wants which is shown"
is '"pnetid":"NET1","type":"interface","name":"dummy0","configured":"NET1","effective":"NET1","origin":"hand"' \
	"$(json '"pnetid":"NET1",[^}]*"origin":"hand"' pnet list)" "as JSON, too"
json_is pnet-list "$(smcctl pnet list --json)"
before=$(all)
exits 1 "there is no interface 'dummy9'" smcctl pnet add N --interface dummy9
exits 1 "there is no device 'nosuch'" smcctl pnet add N --device nosuch
exits 1 "the PNETID of dummy0 is there already" smcctl pnet add NET3 --interface dummy0
exits 1 "the PNETID of loopback0 is there already, for /etc/smcd/smcd.yaml:$line" \
	smcctl pnet add NET3 --device loopback0
exits 1 "/etc/smcd/smcd.yaml:$line:31: PNETID FILENET of loopback0 is wanted here" \
	smcctl pnet delete FILENET
exits 1 "was saved here: add --save" smcctl pnet delete NET2
exits 1 "nothing like that has PNETID NET9" smcctl pnet delete NET9
exits 2 "longer than 16" smcctl pnet add ABCDEFGHIJKLMNOPQ --interface dummy0
exits 2 "a character other than" smcctl pnet add NET_1 --interface dummy0
exits 2 "is needed" smcctl pnet add NET1
exits 4 "needs root" as_user smcctl pnet delete NET1
ok "a user may look" as_user smcctl pnet list
is "$before" "$(all)" "nothing has changed"
ok "others give the same" smc-genl pnet-add stranger NET1
like "NET1 +device +stranger +yes +others" "$(smcctl pnet list)" "which is shown as such"
exits 1 "was given by others" smcctl pnet delete NET1 --device stranger
json_is pnet-add "$(smcctl pnet add NET4 --device ismemu0 --json)"
json_is pnet-delete "$(smcctl pnet delete NET4 --json)"
exits 0 "NET1: deleted" smcctl pnet delete NET1
is "FILENET:n/a:loopback0 NET1:n/a:stranger NET2:dummy1:n/a " "$(pnets)" "and left alone"
ok "a restart" systemctl restart smcd
is "FILENET:n/a:loopback0 NET1:n/a:stranger NET2:dummy1:n/a " "$(pnets)" "changes nothing"
exits 0 "NET2: deleted, for good" smcctl pnet delete NET2 --save
exits 0 "KEPT.1: deleted, for good" smcctl ueid delete KEPT.1 --save
exits 0 "NOW: deleted" smcctl ueid delete NOW
not_ok "no drop-in is left" ls $saved $runtime
is "FILE FILENET:n/a:loopback0 NET1:n/a:stranger " "$(ueids)$(pnets)" "nor anything in the kernel"

diag "devices"
# Those of the files have no PNETID in the way of the connections below.
sed -i '/^pnetids:/d' /etc/smcd/smcd.yaml
smcctl reload
exits 0 "now1" smcctl device create now1 --kind ism-emu --chid 0x42 --gid 0x1234 --priority 7 \
	--max-dmbs 99 --max-memory 1M --pnetid NETX
is "0x42 7 99 1048576 $((0x1234))" "$(value chid now1) $(value priority now1) $(
	)$(value max-dmbs now1) $(value max-memory now1) $(($(value gid now1)))" \
	"the kernel has it as it was wanted"
like "NETX:n/a:now1 " "$(pnets)" "with its PNETID"
exits 0 "kept1" smcctl device create kept1 --kind loopback --priority 3 --save
before=$(all; softism-genl dump | grep -o 'name=[^ ]*' | sort)
exits 1 "device now1 is there already, for $runtime:" smcctl device create now1 --kind loopback
exits 1 "device loopback0 is there already, for /etc/smcd/smcd.yaml:5" \
	smcctl device create loopback0 --kind loopback
exits 1 "no plugin that runs knows devices of kind teleport" \
	smcctl device create x --kind teleport
exits 1 "kinds cannot share one" smcctl device create x --kind loopback --chid 0x42
exits 1 "GID 0x1234 of 'x' is that of 'now1'" smcctl device create x --kind ism-emu --gid 0x1234
exits 1 "nothing was changed: " smcctl device create x --kind ism
exits 1 "cannot be the name of a device" smcctl device create 'x"y' --kind loopback
exits 2 "--kind is needed" smcctl device create x
exits 2 "from 1 to 65536" smcctl device create x --kind loopback --max-dmbs 0
exits 4 "needs root" as_user smcctl device create x --kind loopback
is "$before" "$(all; softism-genl dump | grep -o 'name=[^ ]*' | sort)" "nothing has changed"
ok "a restart" systemctl restart smcd
is "3 7" "$(value priority kept1) $(value priority now1)" "both are as they were"
exits 0 "deleted" smcctl device delete now1
exits 0 "deleted" smcctl device delete kept1
ok "a reload" smcctl reload
ok "does not make them again" absent now1
ok "neither of them" absent kept1

diag "tests of devices"
smcctl device test ismemu0 >/tmp/out 2>&1
is 0 $? "emulation is taken first"
ok "it says so" grep -x "ismemu0: passed: 1024 bytes went there and back by SMC-D" /tmp/out
ok "and by which devices" grep -E "client on ismemu[01], server on ismemu[01]" /tmp/out
exits 1 "the connection took ismemu" as_user smcctl device test loopback0
ok "it says what helps" grep -x "loopback0: what helps: smcctl device priority loopback0 301" /tmp/out
is 100 "$(value priority loopback0)" "and has not done it"
json_is device-test "$(smcctl device test loopback0 --json)"
smcctl device priority loopback0 301 >/dev/null
ok "it has its place" wait_for 12 is_now loopback0 rank 1
rx=$(value rx_bytes loopback0)
exits 0 "loopback0: passed" smcctl device test loopback0
# Without a copy, only the messages that announce the bytes are moved
least=2048
[ -d /sys/class/dibs ] && least=64
at_least "bytes that softism counted" $(($(value rx_bytes loopback0) - rx)) $least
is "$(value rx_bytes loopback0)" "$(smcctl device stats loopback0 --noheadings |
	sed -n 's/^rx-bytes *//p')" "device stats has the same"
like "loopback0 .*ismemu1 .*\(total\)" "$(smcctl device stats | tr '\n' ' ')" "those of all, too"
smcctl device down loopback0 >/dev/null
exits 1 "what helps: smcctl device up loopback0" smcctl device test loopback0
exits 5 "no device 'nosuch'" smcctl device test nosuch
smcctl device up loopback0 >/dev/null
is "as 0" "$(busctl get-property org.smcd1 /org/smcd1 org.smcd1.Manager Problems)" "no problems"

diag "the configuration"
ok "good files" smcctl config check
exits 0 "no difference" smcctl config diff
sed -i 's/ism-emu: 300/ism-emu: 299/' /etc/smcd/smcd.yaml
echo 'seid: enable' >>/etc/smcd/smcd.yaml
smcctl config diff --noheadings >/tmp/diff
ok "a diff has what the files change" grep -E "^set-priority +ismemu1 +/etc/smcd/smcd.yaml:2 +0 +set priority $(
	)of ismemu1 to 299" /tmp/diff
ok "and what they cannot have" grep -E "^impossible .*SEID is not enabled" /tmp/diff
is 300 "$(value priority ismemu1)" "and changes nothing"
exits 0 "cannot do that off s390" smcctl config apply
is 299 "$(value priority ismemu1)" "an apply does"
smcctl config show --noheadings | tr -s ' ' >/tmp/show
for line in "plugins loopback run runs /etc/smcd/smcd.yaml:1 -" \
	"priorities ism-emu 299 299 /etc/smcd/smcd.yaml:2 -" \
	"ueids FILE FILE FILE /etc/smcd/smcd.yaml:3 -" \
	"seid - enable disabled /etc/smcd/smcd.yaml:" \
	"drift - repair repair default -" \
	"tuning.wmem - auto $(cat /proc/sys/net/smc/wmem) default " \
	"pnetids.devices stranger - NET1 others -" \
	"devices.chid ismemu1 0x0042 0x0042 /etc/smcd/smcd.yaml:" \
	"devices.priority ismemu1 299 299 /etc/smcd/smcd.yaml:2" \
	"devices.priority loopback0 301 301 by hand"; do
	ok "config show has: $line" grep -F -- "$line" /tmp/show
done
exits 4 "needs root" as_user smcctl config show
exits 4 "needs root" as_user smcctl config diff
ok "the kernel has nothing to say" dmesg_clean
done_testing
