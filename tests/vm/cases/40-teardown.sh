# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Nothing is taken away from under a connection; when it has ended, it can be.
# kernel: stock dibs
# full-kernel: debug dibs-debug
# timeout: 240
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"
# shellcheck source=../teardown.sh
. "${BED_LIB%/*}/teardown.sh"

modprobe -a smc smc_diag softism
ueid=TEST-UEID
smc-genl ueid-add $ueid
softism-genl new kind=loopback name=lo0 priority=400 >/dev/null
busy loopback lo0
ok "now the device is deleted, within 5 seconds" \
	timeout 5 softism-genl del name=lo0

softism-genl new kind=ism-emu name=emu0 chid=7 >/dev/null
softism-genl new kind=ism-emu name=emu1 chid=7 >/dev/null
busy emulation "emu0 emu1"
ok "one of the pair is deleted" timeout 5 softism-genl del name=emu0

softism-genl new kind=loopback name=lo1 >/dev/null
busy "loopback again" lo1
ok "the module can be unloaded soon, with devices and idle link groups" \
	wait_for 15 rmmod softism
ok "and loaded again" modprobe softism
is 0 "$(softism-genl dump | wc -l)" "no device is left"

for round in $(seq 20); do
	softism-genl new kind=loopback name="l$round" >/dev/null
	rmmod softism || break
	modprobe softism || break
done
is 20 "$round" "20 unloads with a device"
ok "20 rounds ended with a module" grep -q ^softism /proc/modules
done_testing
