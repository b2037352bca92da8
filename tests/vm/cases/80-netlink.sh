# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The family by itself: what it refuses, in which words, and what it announces.
# kernel: stock
# full-kernel: debug dibs dibs-debug
# timeout: 90
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# refused WORDS ARGUMENTS...: the request fails with an extended ACK in words
refused() {
	local words=$1
	shift
	! softism-genl "$@" 2>/tmp/words >&2 && cat /tmp/words &&
		grep -qiF "$words" /tmp/words &&
		! grep -q 'no extended ACK' /tmp/words
}

modprobe -a smc smc_diag softism
ok "info" softism-genl info
ok "a device" softism-genl new kind=loopback name=lo0 gid=0x11
ok "an emulated device" softism-genl new kind=ism-emu name=emu0 chid=5
is 0xffff "$(value chid lo0)" "the default CHID of loopback"
is 1 "$(value attached lo0)" "it is attached"

r() { ok "refused: $*" refused "$@"; }
r "name is missing" new kind=loopback
r "kind is missing" new name=x
r "exists" new kind=loopback name=lo0
r "exists" new kind=loopback name=x gid=0x11
r "range" new kind=3 name=x
r "range" new kind=0 name=x
r "needs a CHID" new kind=ism-emu name=x
r "range" new kind=ism-emu name=x chid=0
r "0xFFFF is for loopback" new kind=ism-emu name=x chid=0xffff
r "another kind" new kind=loopback name=x chid=5
r "range" new kind=loopback name=x gid=0
r "range" new kind=loopback name=x priority=65536
r "range" new kind=loopback name=x max-dmbs=0
r "range" new kind=loopback name=x max-dmbs=65537
r "range" new kind=loopback name=x up=2
r "name is reserved" new kind=loopback name=
r "name is reserved" new kind=loopback name=%n
r "name is reserved" new kind=loopback name=a/b
r "name is reserved" new kind=loopback name=.hidden
r "name is reserved" new kind=loopback name=power
r "policy" new kind=loopback name=12345678901234567890123456789012
r "no device of this name" get name=x
r "no device of this name" del name=x
r "no device of this name" set name=x up=1
r "nothing to set" set name=lo0
r "name is missing" del
r "" set name=lo0 kind=loopback
r "" get name=lo0 chid=5
for type in $(seq 0 20); do
	for size in 0 3 300; do
		refused "" raw cmd=3 type="$type" size="$size" ||
			break 2
	done
done >/tmp/raw 2>&1
is "20 300" "$type $size" "attributes of wrong types and sizes are all refused"
is 2 "$(softism-genl dump | wc -l)" "the devices are still two"

softism-genl events seconds=2 >/tmp/events &
wait_for 5 grep -q listening /tmp/events
softism-genl new kind=loopback name=lo1 >/dev/null
softism-genl set name=lo1 priority=7 >/dev/null
softism-genl set name=lo1 up=0 >/dev/null
softism-genl del name=lo1 >/dev/null
wait
for event in "event=add name=lo1" "event=change name=lo1.*priority=7" \
	     "event=change name=lo1.*up=0.*attached=0" "event=delete name=lo1"; do
	ok "announced: $event" grep -q "$event" /tmp/events
done

# Clients propose all of their CHIDs: that of loopback counts twice in dibs
chids=6
[ ! -d /sys/class/dibs ] || chids=5
for i in $(seq 100); do
	softism-genl new kind=ism-emu chid=$((i % chids + 10)) name="e$i" \
		priority=$((i * 37 % 1000)) || break
done >/dev/null
is 102 "$(softism-genl dump | wc -l)" "100 devices more, in one dump"
is "$(softism-genl dump | grep -o 'priority=[0-9]*' | sort -t= -rnk2)" \
	"$(softism-genl dump | sed 's/.* \(priority=[0-9]*\) .*rank=\([0-9]*\) .*/\2 \1/' |
	   sort -n | cut -d' ' -f2)" "ranks follow priorities"
# That of dibs leaves out loopback
api=$(softism-genl info | sed -n 's/.*api=\([0-9]*\).*/\1/p')
is $((api == 1 ? 102 : 101)) "$(smc-genl devices | wc -l)" \
	"the kernel's own list has them all"
is "$(softism-genl dump | sed 's/.*name=\([^ ]*\) .*rank=\([0-9]*\) .*/\2 \1/' |
      sort -n | cut -d' ' -f2 | head -n 20)" \
	"$(smc-genl devices | grep -oP 'pci_?id=\K[^ ]+' | head -n 20)" \
	"in the order of the ranks"
done_testing
