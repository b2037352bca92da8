# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What files say beyond devices, proven by what the kernel says: the SEID, the
# PNET table, tuning,
# rules, drift, limits of memory.
# kernel: stock dibs
# timeout: 180
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

file=/etc/smcd/smcd.yaml

# also TEXT...: the policy of all cases, and the lines TEXT, is reloaded
also() {
	policy 100
	printf '%s\n' "$@" >>$file
	smcctl reload
}

problems() {
	busctl get-property org.smcd1 /org/smcd1 org.smcd1.Manager Problems
}

no_problems() {
	[ "$(problems)" = "as 0" ]
}

# place TEXT: how words name the first line of the file that has TEXT, as an expression
place() {
	echo "\\($file:$(grep -n -m 1 -F -- "$1" $file | cut -d : -f 1)\\)"
}

# Without the SMC stack, where nothing loads it
if ! grep -q '^smc ' /proc/modules; then
	mkdir -p /etc/smcd
	printf '%s\n' 'pnetids: {N: {devices: [lo]}}' 'tuning: {rmem: 1M}' >$file
	smcd_start
	like "the PNET table of the kernel cannot be read: module smc is not loaded $(
		place lo)" "$(problems)" "no PNET table, which line wants it, and why not"
	like "net.smc.rmem is not set to 1048576: module smc is not loaded $(
		place rmem)" "$(problems)" "no tuning, likewise"
	systemctl stop smcd
fi

policy 100
smcd_start
size=$(cat /proc/sys/net/smc/wmem)

also 'seid: enable'
like "SEID is not enabled: this kernel cannot do that off s390; a UEID is used instead $(
	place seid)" "$(problems)" "the SEID cannot be enabled here, and why"
like "enabled=0" "$(smc-genl seid)" "nor is it"
is 's "disabled"' "$(busctl get-property org.smcd1 /org/smcd1 org.smcd1.Manager SEID)" \
	"as D-Bus tells"
also 'seid: disable'
is "as 0" "$(problems)" "disabled it is"
policy 100
sed -i 's/^ueids:.*/ueids: []/' $file
echo 'seid: disable' >>$file
like "$file:.*: the SEID cannot be disabled without a UEID" "$(smcctl reload 2>&1)" \
	"without a UEID the file is refused"

pnets() {
	smc-genl pnets | sort
}

# The kernel's lo may have one from before: it is not ours
others=$(pnets)

also 'pnetids:' '  net1:' '    interfaces: [eth9, dummy0]' '    devices: [loopback0]'
like "interface eth9 does not get PNETID NET1, as it is not there yet $(place eth9)" \
	"$(problems)" "an interface that does not exist is a problem"
is "pnetid=NET1 interface=n/a device=loopback0 port=1${others:+
$others}" "$(pnets)" "a device has its PNETID"
is NET1 "$(busctl get-property org.smcd1 /org/smcd1/device/loopback0 org.smcd1.Device PNETID |
	tr -d 's "')" "and shows it"
ip link add dummy0 type dummy
is "a(ssu) 1 NET1 loopback0 1" "$(busctl get-property org.smcd1 /org/smcd1 org.smcd1.Manager \
	PNETIDs | sed 's/"//g; s/ 2 UNUSED lo 1/ 1/')" "the PNET table is on D-Bus"
ok "an interface gets it when it comes" \
	wait_for 5 sh -c "smc-genl pnets | grep 'pnetid=NET1 interface=dummy0 '"
ip link set dummy0 name eth9
ok "and when it is renamed" \
	wait_for 5 sh -c "smc-genl pnets | grep 'pnetid=NET1 interface=eth9 '"
ok "not its old name" wait_for 5 sh -c "! smc-genl pnets | grep dummy0"
ok "what others add" smc-genl pnet-add stranger NET1
before=$(pnets)
ok "a reload" smcctl reload
is "$before" "$(pnets)" "changes nothing"
kill -9 "$(systemctl show -P MainPID smcd)"
ok "smcd is killed, and runs again" wait_for 10 smcctl status
also 'pnetids: {NET2: {interfaces: [eth9]}}'
is "pnetid=NET1 interface=n/a device=stranger port=1
pnetid=NET2 interface=eth9 device=n/a port=255${others:+
$others}" "$(pnets)" "what was ours is gone or changed, what others added is not"
is "as 0" "$(problems)" "no problems"
also 'pnetids: {NET2: {devices: [stranger]}}'
like "device stranger keeps PNETID NET1, which others gave it, instead of NET2" "$(problems)" \
	"what others gave is not taken away"
policy 100 "  emu0: {kind: ism-emu, chid: 0x42, pnetid: quiet}"
ok "a device's own pnetid" smcctl reload
like "pci_id=emu0 .* pnetid=QUIET pnetid_by_user=1" "$(smc-genl devices)" "is in the kernel"
ip link del eth9
policy 100
ok "all of it goes" smcctl reload
is "pnetid=NET1 interface=n/a device=stranger port=1${others:+
$others}" "$(pnets)" "but for what others added"

sysctls() {
	(cd /proc/sys/net/smc && echo "$(cat wmem) $(cat rmem) $(cat autocorking_size)")
}

read -r _ _ autocorking <<<"$(sysctls)"
at_least "buffers that were chosen from the start on" "$size" 131072
is "$size $size" "$(sysctls | cut -d ' ' -f 1,2)" "are as large still"
# Of the flush nobody tells; without a PNETID the kernel's own device takes connections, too
smc-genl pnet-flush
smcctl reload
size=$(cat /proc/sys/net/smc/wmem)
at_least "buffers for the devices that there are now" "$size" 131072
is "$size $size" "$(sysctls | cut -d ' ' -f 1,2)" "in both directions"
like "tuning.rmem +- +auto +$size +default +$((size >> 10))K.*: 0 sockets use 0M of [0-9]+M" \
	"$(smcctl config show)" "it is shown why"
is "enabled=0" "$(smc-genl limit)" "and handshakes not limited"
also 'tuning: {ceiling: 32K}'
is "32768 32768 $autocorking" "$(sysctls)" "a ceiling is obeyed"
also 'tuning: {wmem: keep, rmem: keep}'
is "32768 32768 $autocorking" "$(sysctls)" "and nothing is chosen where nothing is to be"
sysctl -qw net.smc.rmem=65536
also 'tuning:' '  wmem: 1M' '  rmem: keep' '  handshake-limit: on'
is "1048576 65536 $autocorking" "$(sysctls)" "what the file names is tuned, and no more"
is "enabled=1" "$(smc-genl limit)" "so is the handshake limit"
like "set net.smc.wmem to 1048576, which was 32768 $(place wmem)" \
	"$(journalctl -u smcd | tail -n 20)" "the journal says which line wants it"
smcctl reload
is 1 "$(journalctl -u smcd | grep -c 'set net.smc.wmem to 1048576')" "it is written once"
policy 100; echo "tuning: {wmem: 4K, rmem: keep}" >>$file
like "$file:8:16: wmem '4K' is out of range; it must be 16384 to 1073741823" \
	"$(smcctl reload 2>&1)" "what the kernel would not take is refused"
is "1048576 65536 $autocorking" "$(sysctls)" "and nothing changed"
also 'tuning: {wmem: 64K, rmem: 128K, autocorking-size: 1K, handshake-limit: off}'
is "65536 131072 1024" "$(sysctls)" "other values"
is "enabled=0" "$(smc-genl limit)" "and no limit"
policy 100
smcctl reload
is "$size $size 1024" "$(sysctls)" "what no file names is chosen, or stays as it is"
also 'tuning: {wmem: 64K, rmem: 128K}'
ok "new connections have such buffers" smc-traffic pair --bytes 1M

# Another network namespace: smcd cannot enter it, but the service manager can
ip netns add blue
also 'tuning: {wmem: keep, rmem: keep, namespaces: {blue: {wmem: 256K, handshake-limit: on}}}'
ok "the unit of a network namespace" systemctl start smcd-netns@blue
is "262144 65536" "$(ip netns exec blue sh -c \
	'cd /proc/sys/net/smc && echo $(cat wmem) $(cat rmem)')" "tunes that"
is "enabled=1" "$(smc-genl --netns blue limit)" "all of it"
is "65536 131072 1024" "$(sysctls)" "and no other"
is "enabled=0" "$(smc-genl limit)" "nothing of it"
also 'tuning: {wmem: keep, rmem: keep, namespaces: {blue: {wmem: 512K}}}'
ok "a reload of smcd.service" systemctl reload smcd
ok "reloads it as well" wait_for 5 ip netns exec blue grep -q 524288 /proc/sys/net/smc/wmem
systemctl stop smcd-netns@blue
ip netns del blue

# A device that is not ours
softism-genl new kind=ism-emu name=emu7 chid=0x77 >/dev/null
also 'rules:' '  - {match: {kind: ism-emu}, set: {priority: 5}}' \
	'  - {match: {name: "emu[7-9]"}, set: {priority: 6,' \
	'     state: down}}'
is "6 0" "$(value priority emu7) $(value up emu7)" "the last rule that matches counts"
like "set priority of emu7 to 6 $(place 'emu[7-9]')" "$(journalctl -u smcd | tail -n 20)" \
	"the journal says which rule it was"
is "u 6 b false" "$(busctl get-property org.smcd1 /org/smcd1/device/emu7 org.smcd1.Device \
	Priority Managed | xargs)" "it is configured so, and not ours"
is 100 "$(value priority loopback0)" "another device is as it was"
softism-genl new kind=ism-emu name=emu6 chid=0x77 >/dev/null
ok "a device that comes is set by its rule" \
	wait_for 5 sh -c "softism-genl get name=emu6 | grep ' priority=5 '"
policy 100
smcctl reload
is "6 0" "$(value priority emu7) $(value up emu7)" "without a rule a device stays as it is"
softism-genl del name=emu6
softism-genl del name=emu7

# Drift: what somebody else does to a device of ours
also 'drift: repair'
softism-genl set name=loopback0 priority=7
ok "a change is repaired" wait_for 5 sh -c "softism-genl get name=loopback0 | grep ' priority=100 '"
also 'drift: report' 'pnetids: {NET3: {interfaces: [dummy3]}}'
softism-genl set name=loopback0 priority=7
ok "or only reported" wait_for 5 sh -c "smcctl status |
	grep 'drift is only reported, not: set priority of loopback0 to 100'"
sleep 1.5
is 7 "$(value priority loopback0)" "and stays"
ip link add dummy3 type dummy
ok "what a reload could not do yet is no drift" \
	wait_for 5 sh -c "smc-genl pnets | grep 'pnetid=NET3 interface=dummy3 '"
is 7 "$(value priority loopback0)" "and brings no repair with it"
ok "a reload" smcctl reload
is "100 as 0" "$(value priority loopback0) $(problems)" "repairs"
softism-genl del name=loopback0
ok "a device that is deleted" wait_for 5 sh -c "smcctl status | grep 'not: create loopback0'"
is "" "$(softism-genl dump)" "is not made again"
policy 100
smcctl reload
is 100 "$(value priority loopback0)" "but by a reload"
ip link del dummy3

# Memory of a device
policy 100 "  emu0: {kind: ism-emu, chid: 0x42, max-memory: 1M}"
smcctl reload
is 1048576 "$(value max-memory emu0)" "a device is made with its limit of memory"
policy 100 "  emu0: {kind: ism-emu, chid: 0x42, max-memory: 64K}"
smcctl reload
is 65536 "$(value max-memory emu0)" "and made anew with another one"
gid=$(value gid emu0)
smcctl reload
is "$gid" "$(value gid emu0)" "but not without a change"
policy 100
smcctl reload

# On a kernel with a loopback device of its own, which connections take first
if [ -e /sys/class/dibs/lo ]; then
	lo="--gid $(tr -d - </sys/class/dibs/lo/gid | cut -c 1-16)"
	# shellcheck disable=SC2086 # words
	ok "connections take the kernel's lo" smc-traffic pair --bytes 100K $lo
	also 'pnetids: {NOBODY: {devices: [lo]}}'
	is "pnetid=NOBODY interface=n/a device=lo port=1" "$(pnets)" "lo has a PNETID"
	# shellcheck disable=SC2046 # words
	ok "and is out of the way" smc-traffic pair --bytes 100K $(gids loopback0)
	policy 100
	smcctl reload
	is "" "$(pnets)" "the PNETID goes with the file's line"
	# shellcheck disable=SC2086 # words
	ok "and connections take lo again" smc-traffic pair --bytes 100K $lo
fi

done_testing
