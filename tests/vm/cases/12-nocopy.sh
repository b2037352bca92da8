# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# On the dibs API: beside the kernel's own loopback device, which one connections
# take; and that softism's loopback moves data without a copy, emulation with one.
# What smcd says of that device is what connections do.
# kernel: dibs dibs-debug
# timeout: 120
# shellcheck disable=SC2046 # lists of words
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# The kernel counts from its start on: what has been added since the last call
tx_buffers() {
	smc-genl stats | sed -n 's/^smcd_tx_buffer_alloc=//p'
}

lo_gid() {
	echo "--gid $(tr -d - < /sys/class/dibs/lo/gid | cut -c 1-16)"
}

modprobe -a smc smc_diag softism
smc-genl ueid-add TEST-UEID
softism-genl new kind=loopback name=lo0
refused=$(softism-genl new kind=loopback name=lo 2>&1)
like "not softism's" "$refused" "the name of the kernel's device is refused"
is 1 $(($(softism-genl info | sed 's/.*caps=\([0-9]*\).*/\1/') & 1)) "no-copy is a capability"
is "$(tr -d - < /sys/class/dibs/lo0/gid)" \
	"$(printf %s%s "$(value gid lo0)" "$(value gid_ext lo0)" | sed 's/0x//g')" \
	"the GID has 128 bits"

ok "the kernel's lo is out of the way: lo0 is taken" \
	smc-traffic pair --bytes 8M --block 64K $(gids lo0)
at_least "attachments to DMBs" "$(value attaches lo0)" 2
is 0 "$(tx_buffers)" "no send buffer was made"
at_least "moves, of CDC messages only" "$(value tx_moves lo0)" 2
ok "8 MB did not come by moves" test "$(value tx_bytes lo0)" -lt $((2 << 20))
is 0 "$(softism-genl dmbs name=lo0 | grep -c in_use=1)" "no DMB is in use afterwards"
is 0 "$(softism-genl dmbs name=lo0 | grep -vc attached=0)" "nor attached to"

smc-traffic hold --interval 50 $(gids lo0) >/tmp/hold 2>&1 &
hold=$!
ok "a connection is held" wait_for 10 grep -q ^ready /tmp/hold
is 2 "$(softism-genl dmbs name=lo0 | grep -c "attached=1 in_use=1")" \
	"it has two DMBs, each attached to by the other end"

smc-genl pnet-flush
ok "the kernel's lo is back: new connections take it" \
	smc-traffic pair --bytes 1M $(lo_gid)
smc-genl pnet-add lo UNUSED
before=$(value attaches lo0)
ok "out of the way again: lo0 is taken" smc-traffic pair --bytes 1M $(gids lo0)
at_least "attachments" "$(value attaches lo0)" $((before + 2))
kill -TERM $hold
wait $hold
is 0 $? "the connection has been fine meanwhile"

softism-genl del name=lo0
for chid in 0x42 0xff42; do
	softism-genl new kind=ism-emu name=a chid=$chid
	softism-genl new kind=ism-emu name=b chid=$chid
	before=$(tx_buffers)
	ok "emulation, CHID $chid" smc-traffic pair --bytes 8M --block 64K $(gids a b)
	at_least "send buffers" $(($(tx_buffers) - before)) 2
	at_least "bytes moved" $(($(moved a) + $(moved b))) $((32 << 20))
	is 0 "$(value attaches a)" "no attachment"
	ok "a is deleted" softism-genl del name=a
	ok "b is deleted" softism-genl del name=b
done
ok "nothing is left" wait_for 10 rmmod softism

# shown NAME KEY: by smcctl
shown() {
	smcctl device show "$1" --json | sed -n "s/^ *\"$2\": *//p" |
		sed 's/,$//; s/^"//; s/"$//' | head -n 1
}

is_shown() { # NAME KEY VALUE
	[ "$(shown "$1" "$2")" = "$3" ]
}

policy 400
smcd_start
is "loopback UNUSED 0" "$(shown lo kind) $(shown lo pnetid) $(shown lo rank)" \
	"smcctl shows the kernel's lo, its PNETID, and that it is out of the way"
like "takes no connection" "$(shown lo reason)" "it says why"
is "1 null" "$(shown loopback0 rank) $(shown loopback0 reason)" "loopback0 is first"
ok "it is: loopback0 is taken" smc-traffic pair --bytes 1M $(gids loopback0)

smc-genl pnet-flush
smcctl reload
is 1 "$(shown lo rank)" "without that PNETID lo is first"
like "a PNETID that no network device has keeps" "$(shown lo reason)" "what to do against it is said"
is "0x$(lo_gid | cut -c 7-)" "$(shown lo gid)" "its GID is the kernel's"
is 0 "$(shown loopback0 rank)" "loopback0, of the same CHID, has no place now"
like "kernel's own loopback device comes first" "$(shown loopback0 reason)" "it says why"
like "^lo +loopback +up +400 +1 " "$(smcctl device list | grep '^lo ')" "the list has lo"
smc-traffic hold --interval 50 $(lo_gid) >/tmp/hold 2>&1 &
hold=$!
ok "lo is taken" wait_for 10 grep -q ^ready /tmp/hold
ok "its connections are counted: both ends" wait_for 5 is_shown lo connections 2
refused=$(smcctl device down lo 2>&1)
like "cannot switch device lo .*part of the kernel" "$refused" "it cannot be taken down"

smc-genl pnet-add lo UNUSED
echo change >/sys/class/dibs/lo/uevent
ok "with a uevent smcd sees a PNETID that somebody else has set" wait_for 5 is_shown lo rank 0
is 1 "$(shown loopback0 rank)" "loopback0 is first again"
kill -TERM $hold
wait $hold
is 0 $? "the connection on lo has been fine meanwhile"
done_testing
