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

sysinfo() { # KEY
	smc-genl sysinfo | sed -n "s/^$1=//p"
}

add_ueid() {
	smc-genl ueid-add SMC-LO-TEST
}

ok "smc.ko of the package loads" load_packaged
is "" "$(smc-genl devices)" "it has no device for SMC-D"
is 0 "$(sysinfo ism_v2)" "nor has it had one"
not_ok "nor does the plugin loopback show one" loopback-list
ok "a UEID is added" add_ueid
ok "connections fall back" smc_d fallback
ok "it unloads" modprobe -r smc_diag smc

is "$tree/updates/dkms/smc.ko.xz" "$(modinfo -F filename smc)" "modprobe takes smc.ko of dkms"
ok "it loads, and smc_diag of the package with it" modprobe smc_diag
is loopback-ism "$(cat /sys/module/smc/version)" "it is the one of dkms"
is "$tree/kernel/net/smc/smc_diag.ko" "$(modinfo -F filename smc_diag)" "which the package has"
like 'loopback-ism' "$(dmesg)" "the kernel's log tells of loopback-ism"
# What the plugin loopback goes by, see plugins/kernel-loopback.h
is "" "$(smc-genl devices)" "the stack's list of devices leaves it out"
is "1 " "$(sysinfo ism_v2) $(sysinfo seid)" "but there is a device, which has brought no SEID"
ok "nor is it in /sys" test ! -e /sys/class/dibs
like '^name=loopback-ism rank=1 chid=0xffff gid=0x0+ connections=0 attached=1 pnetid= reason=the kernel' \
	"$(loopback-list)" "the plugin loopback shows it"
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
smc-traffic hold --interval 50 --gid "$gid" >/tmp/hold 2>&1 &
hold=$!
ok "a connection is held" wait_for 10 grep -q ^ready /tmp/hold
like "gid=$gid connections=2 " "$(loopback-list)" "the plugin knows its GID now, and both ends"
ok "it gets a PNETID that no network device has" smc-genl pnet-add loopback-ism UNUSED
like 'rank=0 .* pnetid=UNUSED reason=takes no connection' "$(loopback-list)" "the plugin says what follows"
ok "and so it is: connections fall back" smc_d fallback
kill -TERM $hold
wait $hold
is 0 $? "the one that was held has been fine meanwhile"
ok "it unloads" modprobe -r smc_diag smc
ok "nothing is wrong in the kernel's log" dmesg_clean
done_testing
