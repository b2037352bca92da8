# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Link groups of several devices, as smcctl shows them: all that SMC_DIAG knows, although the
# kernel's own list leaves some out.
# kernel: stock dibs
# timeout: 120
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

xml=/usr/share/dbus-1/interfaces/org.smcd1.xml

# hold DEVICES OPTIONS...: connections that live on, on DEVICES
hold() {
	local devices=$1
	shift
	rm -f /tmp/held
	# shellcheck disable=SC2046,SC2086 # lists of words
	smc-traffic hold --interval 50 $(gids $devices) "$@" >/tmp/held 2>&1 &
	held="$held $!"
	ok "connections are held on $devices" wait_for 10 grep -q ^ready /tmp/held ||
		diag "$(cat /tmp/held)"
}

# shown COLUMN DEVICE: of each link group of the device
shown() {
	smcctl linkgroup list --noheadings | awk -v column="$1" -v name="$2" \
		'$2 == name { print $column }' | sort | tr '\n' ' '
}

# sum DEVICE: connections of all of its link groups
sum() {
	smcctl linkgroup list --noheadings | awk -v name="$1" '$2 == name { n += $5 } END { print n }'
}

exits 3 "systemctl start smcd" smcctl linkgroup list
policy 400 "$emulation_policy"
smcd_start
held=
is "" "$(smcctl linkgroup list --noheadings)" "none as yet"
first_contact
hold loopback0 --conns 2
is 4 "$(sum loopback0)" "connections of loopback0"
is "$(value conns loopback0)" "$(sum loopback0)" "as softism counts them"
gid=$(printf 0x%016x "$(value gid loopback0)")
is "$gid $gid " "$(shown 3 loopback0)" "GIDs"
is "$gid $gid " "$(shown 4 loopback0)" "of loopback the peer's is the same"
is "2 2 " "$(shown 6 loopback0)" "version"
ueid=$(smc-genl ueids | grep -o 'SMCD-[A-Z0-9]*')
is "$ueid $ueid " "$(shown 7 loopback0)" "EID"
is "bed bed " "$(shown 8 loopback0)" "name of the peer"

smcctl device down loopback0 >/dev/null
# The first contact comes alone here, too
# shellcheck disable=SC2046 # a list of words
ok "emulation is taken" wait_for 10 smc-traffic pair --bytes 1K $(gids ismemu0 ismemu1)
hold "ismemu0 ismemu1" --conns 3
is "$(value conns loopback0) $(value conns ismemu0) $(value conns ismemu1)" \
	"$(sum loopback0) $(sum ismemu0) $(sum ismemu1)" "all devices' connections are there"
is "6" "$(($(sum ismemu0) + $(sum ismemu1)))" "those of emulation"
is 4 "$(smcctl linkgroup list --noheadings | wc -l)" "four link groups"
is "$(printf 0x%016x "$(value gid ismemu1)") " "$(shown 4 ismemu0)" "emulation has another peer"
smcctl linkgroup list | sed 's/^/# /'
diag "of these the kernel's list has $(smcctl linkgroup list --json | grep -c '"complete": *true')"

id=$(shown 1 ismemu1)
id=${id% }
exits 0 "$(printf 0x%016x "$(value gid ismemu1)")" smcctl linkgroup show "$id"
exits 0 '"connections": 3' smcctl linkgroup show "$id" --json
ok "of D-Bus the same" sh -c "busctl get-property org.smcd1 /org/smcd1/linkgroup/$id \
	org.smcd1.LinkGroup Connections | grep -qx 'u 3'"
is 14 "$(busctl introspect org.smcd1 "/org/smcd1/linkgroup/$id" org.smcd1.LinkGroup \
	--no-legend | wc -l)" "its properties"
is "$(sed -n '/name="org.smcd1.LinkGroup"/,/<.interface>/s/.*<property name="\([^"]*\)".*/.\1/p' \
	$xml | sort)" "$(busctl introspect org.smcd1 "/org/smcd1/linkgroup/$id" \
	org.smcd1.LinkGroup --no-legend | awk '{ print $1 }' | sort)" "as the file says"
is "$id" "$(smcctl --complete linkgroup show "$id")" "completion knows it"
ok "a user reads it" as_user smcctl linkgroup show "$id"
exits 5 "no link group ffffffff" smcctl linkgroup show ffffffff
exits 2 "hexadecimal" smcctl linkgroup show "$id/x"
not_ok "no other path has it" busctl get-property org.smcd1 "/org/smcd1/linkgroup/0$id" \
	org.smcd1.LinkGroup ID
# shellcheck disable=SC2086 # a list
kill $held
# shellcheck disable=SC2086 # a list
wait $held
ok "idle ones are shown, too" wait_for 5 sh -c \
	'smcctl linkgroup list --noheadings | grep -q " 0 "'
done_testing
