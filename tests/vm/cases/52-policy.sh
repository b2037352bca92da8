# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What files say beyond devices, proven by what the kernel says: the SEID.
# kernel: stock dibs
# timeout: 180
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

file=/etc/smcd/smcd.yaml

# also TEXT...: the policy of all cases, and the lines TEXT, is reloaded
also() {
	policy 100
	printf '%s\n' "$@" >>$file
	smcctl reload
}

problems() {
	busctl get-property org.smcd1 /org/smcd1 org.smcd1.Manager Problems
}

no_problems() {
	[ "$(problems)" = "as 0" ]
}

# place TEXT: how words name the first line of the file that has TEXT, as an expression
place() {
	echo "\\($file:$(grep -n -m 1 -F -- "$1" $file | cut -d : -f 1)\\)"
}

policy 100
smcd_start

also 'seid: enable'
like "SEID is not enabled: this kernel cannot do that off s390; a UEID is used instead $(
	place seid)" "$(problems)" "the SEID cannot be enabled here, and why"
like "seid_enabled=0|^$" "$(smc-genl seid)" "nor is it"
also 'seid: disable'
is "as 0" "$(problems)" "disabled it is"
policy 100
sed -i 's/^ueids:.*/ueids: []/' $file
echo 'seid: disable' >>$file
like "$file:.*: the SEID cannot be disabled without a UEID" "$(smcctl reload 2>&1)" \
	"without a UEID the file is refused"

done_testing
