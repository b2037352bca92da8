# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# 1000 connections at once are all SMC-D. With too few DMBs, or too little
# memory for them, connections fall back to TCP cleanly, and nothing leaks.
# kernel: stock dibs
# full-kernel: debug dibs-debug
# timeout: 300
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# released DEVICE: its DMBs and memory are given back
released() {
	[ "$(value dmbs "$1")" = 0 ] && [ "$(value memory "$1")" = 0 ]
}

policy 100
smcd_start
sysctl -qw net.smc.rmem=16384 net.smc.wmem=16384
first_contact
# shellcheck disable=SC2046 # a list of words
ok "1000 connections at once, all SMC-D" \
	smc-traffic pair --conns 1000 --bytes 8K --timeout 200 $(gids loopback0)
at_least "DMBs that were registered" "$(value dmbs_total loopback0)" 2000
is 0 "$(value dmbs_failed loopback0)" "none failed"
is 0 "$(value conns loopback0)" "all connections are gone"

ok "a device with a table of 10 DMBs" softism-genl new kind=loopback \
	name=small max-dmbs=10 priority=500
ok "loopback0 is out of the way" smcctl device down loopback0
# A link group whose first connection fails takes others with it that have just
# joined it (net/smc/af_smc.c, smc_conn_abort)
first_contact
ok "20 connections, some of them on TCP, all intact" \
	smc-traffic pair --conns 20 --bytes 64K --expect any
at_least "refused DMBs" "$(value dmbs_failed small)" 1
is 10 "$(value dmbs_total small)" "as many DMBs as the table has"
ok "the kernel counted fallbacks for want of DMBs (0x030d0000)" \
	sh -c "smc-genl fallback | grep -i 30d0000"
ok "a device that may take 64 KiB" softism-genl new kind=loopback \
	name=poor max-memory=65536 priority=600
softism-genl set name=small up=0
first_contact
ok "20 connections, some of them on TCP, all intact" \
	smc-traffic pair --conns 20 --bytes 64K --expect any
at_least "refused DMBs" "$(value dmbs_failed poor)" 1
ok "never more memory than allowed" test "$(value memory poor)" -le 65536
ok "the kernel counted fallbacks for want of memory (0x01010000)" \
	sh -c "smc-genl fallback | grep -i 1010000"

for device in small poor loopback0; do
	softism-genl set name=$device up=0
	ok "$device: no DMB and no memory is left" wait_for 15 released $device
done
done_testing
