# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The softism.ko that dkms has built when the headers of this kernel came: it is
# the one that modprobe takes, and connections on its device are SMC-D.
# timeout: 60
# shellcheck source=../lib.sh
. "$BED_LIB"

is "/lib/modules/$(uname -r)/updates/dkms/softism.ko" "$(modinfo -F filename softism)" \
	"modprobe takes softism.ko of dkms"
ok "it loads" modprobe -a softism smc_diag
is "$(modinfo -F version softism)" "$(cat /sys/module/softism/version)" "in that version"
ok "a UEID is added" smc-genl ueid-add TEST-UEID
ok "a device is made" softism-genl new kind=loopback name=lo0
gid=$(softism-genl get name=lo0 | tr ' ' '\n' | sed -n 's/^gid=//p')
like '^0x[0-9a-f]+$' "$gid" "it has a GID"
ok "1 MB each way, verified, SMC-D on it" smc-traffic pair --gid "$gid"
done_testing
