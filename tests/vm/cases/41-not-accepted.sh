# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Connections that were established but never accepted count as much as others.
# Not for debug kernels: lockdep complains of how Linux 6.1 itself closes a
# listener with such connections.
# timeout: 120
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"
# shellcheck source=../teardown.sh
. "${BED_LIB%/*}/teardown.sh"

modprobe -a smc smc_diag softism
smc-genl ueid-add TEST-UEID
softism-genl new kind=loopback name=lo0 >/dev/null
busy "loopback, not accepted" lo0 --no-accept
ok "now the device is deleted" wait_for 5 softism-genl del name=lo0

softism-genl new kind=ism-emu name=emu0 chid=7 >/dev/null
softism-genl new kind=ism-emu name=emu1 chid=7 >/dev/null
busy "emulation, not accepted" "emu0 emu1" --no-accept
ok "the module can be unloaded" wait_for 15 rmmod softism
done_testing
