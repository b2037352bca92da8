# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The smc.ko that dkms has built by softism-smc-lo, on the kernel that it is for:
# SMC_DIAG says that connections of this machine are SMC-D, on loopback-ism. With
# the smc.ko of the kernel's package the same connections fall back to TCP.
# timeout: 120
# reboot: yes
# shellcheck source=../lib.sh
. "$BED_LIB"

tree=/lib/modules/$(uname -r)

# What every try does, with the modules that are loaded
smc_d() { # EXPECTED [OPTION...]
	smc-traffic pair --bytes 16M --block 64K --conns 2 --expect "$@"
}

load_packaged() {
	modprobe ib_core && insmod "$tree/kernel/net/smc/smc.ko" && modprobe smc_diag
}

add_ueid() {
	smc-genl ueid-add SMC-LO-TEST
}

ok "smc.ko of the package loads" load_packaged
is "" "$(smc-genl devices)" "it has no device for SMC-D"
ok "a UEID is added" add_ueid
ok "connections fall back" smc_d fallback
ok "it unloads" modprobe -r smc_diag smc

is "$tree/updates/dkms/smc.ko.xz" "$(modinfo -F filename smc)" "modprobe takes smc.ko of dkms"
ok "it loads, and smc_diag of the package with it" modprobe smc_diag
is loopback-ism "$(cat /sys/module/smc/version)" "it is the one of dkms"
is "$tree/kernel/net/smc/smc_diag.ko" "$(modinfo -F filename smc_diag)" "which the package has"
like 'loopback-ism' "$(dmesg)" "the kernel's log tells of loopback-ism"
ok "a UEID is added" add_ueid
ok "IPv4: 16 MB each way, verified, SMC-D" smc_d smcd
like 'gid=(0x[0-9a-f]+) peer_gid=(0x[0-9a-f]+) chid=0xffff' "$(smc-genl linkgroups)" \
	"by a device with the CHID of loopback-ism"
gid=${BASH_REMATCH[1]}
is "$gid" "${BASH_REMATCH[2]}" "which reaches itself"
ok "IPv6: 16 MB each way, verified, SMC-D on it" smc_d smcd -6 --gid "$gid"
ok "two namespaces are connected" netns_pair left right
ok "between them: 16 MB each way, verified, SMC-D on it" smc_d smcd --gid "$gid" \
	--server-netns left --client-netns right --address 10.0.0.1
ok "it unloads" modprobe -r smc_diag smc
ok "nothing is wrong in the kernel's log" dmesg_clean
done_testing
