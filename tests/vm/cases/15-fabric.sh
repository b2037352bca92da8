# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Emulated devices reach the others of their CHID, and nothing else does.
# kernel: stock dibs
# full-kernel: debug dibs-debug
# timeout: 120
# shellcheck disable=SC2046 # lists of words
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

modprobe -a smc smc_diag softism
ok "without a UEID" softism-genl new kind=loopback name=lo0
ok "all connections fall back to TCP" \
	smc-traffic pair --bytes 64K --expect fallback
ok "a UEID is added" smc-genl ueid-add TEST-UEID
ok "SMC-D now" smc-traffic pair --bytes 64K $(gids lo0)
ok "loopback goes" softism-genl del name=lo0

ok "one emulated device" softism-genl new kind=ism-emu name=a0 chid=0xa
ok "does not reach itself" smc-traffic pair --bytes 64K --expect fallback
ok "one of another CHID" softism-genl new kind=ism-emu name=b0 chid=0xb
ok "is not reached either" smc-traffic pair --bytes 64K --expect fallback
is 0 "$(moved a0)$(moved b0 | tr -d 0)" "no byte was moved"
at_least "queries that were answered with no" \
	$(($(value queries_no a0) + $(value queries_no b0))) 2

ok "a second device of the first CHID" \
	softism-genl new kind=ism-emu name=a1 chid=0xa
ok "the two reach each other" smc-traffic pair --bytes 1M $(gids a0 a1)
is 0 "$(moved b0)" "and nobody else"
is "$(value tx_bytes a0)" "$(value rx_bytes a1)" "what one sends, the other gets"
is "$(value tx_bytes a1)" "$(value rx_bytes a0)" "and the other way"

ok "a second device of the other CHID, preferred" \
	softism-genl new kind=ism-emu name=b1 chid=0xb priority=9
softism-genl set name=b0 priority=9
before=$(moved a0)
ok "that fabric is taken" smc-traffic pair --bytes 1M $(gids b0 b1)
is "$before" "$(moved a0)" "the first fabric moved nothing"

ok "a third device in it" softism-genl new kind=ism-emu name=b2 chid=0xb priority=9
ok "50 connections among three" \
	smc-traffic pair --conns 50 --parallel 1 --bytes 64K --summary $(gids b0 b1 b2)
for device in a0 a1 b0 b1 b2; do
	is 0 "$(value refused $device)" "no write of $device was refused"
done


smc-traffic hold --interval 50 $(gids b0 b1 b2) >/tmp/hold 2>&1 &
hold=$!
ok "a connection is held in the fabric" wait_for 10 grep -q ^ready /tmp/hold
first=$(smc-genl devices | head -n 1 | sed 's/pci_id=\([^ ]*\).*/\1/')
softism-genl set name="$first" up=0
is 1 "$(value attached "$first")" "the device that is proposed goes down, but is in use"
ok "soon the other two are proposed in its place" \
	wait_for 5 smc-traffic pair --bytes 64K $(gids b0 b1 b2)
kill -TERM $hold
wait $hold
is 0 $? "the held connection was not disturbed"
ok "the device leaves" wait_for 5 sh -c "softism-genl get name=$first | grep attached=0"
softism-genl set name="$first" up=1
ok "and comes back" wait_for 12 sh -c "softism-genl get name=$first | grep attached=1"

ok "down: no new connection" softism-genl set name=b0 up=0
ok "the other two go on" smc-traffic pair --bytes 1M $(gids b1 b2)
softism-genl set name=b1 up=0
ok "one alone: the next fabric" smc-traffic pair --bytes 1M $(gids a0 a1)
for device in a0 a1 b2; do
	softism-genl set name=$device up=0
done
ok "all down: TCP" smc-traffic pair --bytes 64K --expect fallback
ok "soon the kernel has no device" wait_for 5 sh -c '! smc-genl devices | grep -q .'
softism-genl set name=a0 up=1
softism-genl set name=a1 up=1
ok "up again: SMC-D" wait_for 12 smc-traffic pair --bytes 1M $(gids a0 a1)

# A client proposes 8 entries. On dibs, CHIDs from 0xFF00 on take two of them.
for device in a0 a1 b0 b1 b2; do
	ok "$device goes" wait_for 12 softism-genl del name=$device
done
for n in 1 2 3 4; do
	softism-genl new kind=ism-emu name=x$n chid=0xff0$n priority=50 >/dev/null
	softism-genl new kind=ism-emu name=y$n chid=0xff0$n priority=50 >/dev/null
	softism-genl fault-set name=x$n unreachable="$(value gid y$n)"
	softism-genl fault-set name=y$n unreachable="$(value gid x$n)"
done
softism-genl new kind=loopback name=last chid=0x300 priority=1 >/dev/null
if [ -e /sys/class/dibs ]; then
	is 0 "$(value rank last)" "four fabrics of emulation leave no room for a fifth"
	ok "it is not proposed, and the four do not answer: TCP" \
		smc-traffic pair --bytes 64K --expect fallback
	softism-genl del name=x4
	softism-genl del name=y4
fi
at_least "the rank of the last device" "$(value rank last)" 1
ok "it is proposed: SMC-D, as nothing before it answers" \
	wait_for 12 smc-traffic pair --bytes 64K $(gids last)
done_testing
