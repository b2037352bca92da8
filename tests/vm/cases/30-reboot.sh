# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the files say, and what was saved, is back after a reboot; what was set
# for now is not.
# timeout: 240
# reboot: yes
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

before_reboot() {
	policy 100 "$emulation_policy"
	systemctl enable --now smcd
	smcctl device priority loopback0 350 --save
	smcctl device priority ismemu0 320
	mkdir -p /var/tmp/before
	smc-genl ueids >/var/tmp/before/ueids
	value priority ismemu0 >/var/tmp/before/priority
	bed_reboot
}

[ "${BED_BOOT:-1}" = 1 ] && before_reboot

ok "smcd is active again" wait_for 30 systemctl is-active --quiet smcd
is 320 "$(cat /var/tmp/before/priority)" "priority of ismemu0 before"
is 300 "$(value priority ismemu0)" "what was not saved is gone"
is 350 "$(value priority loopback0)" "what was saved is back"
is 300 "$(value priority ismemu1)" "what the file says is back"
ok "there was a UEID" grep -q SMCD- /var/tmp/before/ueids
is "$(cat /var/tmp/before/ueids)" "$(smc-genl ueids)" "the UEID is back"
# shellcheck disable=SC2046 # a list of words
ok "traffic takes loopback" smc-traffic pair --bytes 1M $(gids loopback0)
done_testing
