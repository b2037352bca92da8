# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A bad file: the error names file, line and column, the exit code is not zero,
# and the running policy stays.
# timeout: 180
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

file=/etc/smcd/smcd.yaml

# bad NAME LINE:COLUMN: what stands in the file is refused with that place
bad() {
	ok "$1: reload fails" sh -c '! systemctl reload smcd'
	ok "$1: the message names $file:$2" \
		sh -c "smcctl reload 2>&1 | grep -F '$file:$2: '"
	ok "$1: smcctl's exit code" sh -c '! smcctl reload 2>/dev/null'
	ok "$1: status shows it" sh -c "smcctl status | grep -F '$file:$2: '"
	is "$state" "$(softism-genl dump)" "$1: the devices are as they were"
}

# text NAME LINE:COLUMN: the same, for a file from stdin
text() {
	cat >$file
	bad "$@"
}

policy 100 "$emulation_policy"
smcd_start
state=$(softism-genl dump)

text "wrong type" 3:11 <<-'YAML'
	devices:
	  loopback0:
	    chid: {a: b}
	YAML
text "unknown key" 3:5 <<-'YAML'
	devices:
	  loopback0:
	    prioritty: 5
	    kind: loopback
	YAML
text "duplicate key" 4:5 <<-'YAML'
	devices:
	  loopback0:
	    kind: loopback
	    kind: loopback
	YAML
text "unknown plugin" 1:21 <<-'YAML'
	plugins: [loopback, teleport]
	YAML
text "unknown kind" 3:11 <<-'YAML'
	devices:
	  loopback0:
	    kind: teleport
	YAML
text "CHID out of range" 4:11 <<-'YAML'
	devices:
	  loopback0:
	    kind: loopback
	    chid: 0x10000
	YAML
text "UEID of 33 characters" 1:9 <<-'YAML'
	ueids: [ABCDEFGHIJKLMNOPQRSTUVWXYZ1234567]
	YAML
text "empty file" 1:1 </dev/null
head -c 10M /dev/zero | tr '\0' '#' >$file
bad "10 MB file" 1:1
head -c 4096 /bin/true >$file
bad "binary file" 1:1

policy 100 "$emulation_policy"
ok "the good file is taken again" systemctl reload smcd
is "$state" "$(softism-genl dump)" "and changes nothing"
is "" "$(smcctl status --json | sed -n 's/.*"config_error": *"\(.*\)".*/\1/p')" \
	"the error is gone from the status"

echo 'devices: [' >$file
ok "a start with a bad file fails" sh -c '! systemctl restart smcd'
ok "the journal says where" \
	sh -c "journalctl -u smcd | grep -F '$file:'"
is "$state" "$(softism-genl dump)" "and changes nothing in the kernel"
done_testing
