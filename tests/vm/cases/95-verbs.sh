# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Every verb of smcctl: as root and as a user, with the daemon and without it, as table and as
# JSON, with the exit status that smcctl(1) says; what it shows is what the kernel says; and
# malformed command lines change nothing.
# timeout: 240
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# Each verb, with arguments that make it do something, in an order that leaves things as they
# were; its exit statuses with the daemon for root and for a user, and without it for both, which
# are 124 if it goes on until it is ended; and whether it prints JSON. If there is a before_VERB,
# it comes first, with the daemon; and check_VERB looks at what root's has printed as JSON.
verbs() {
	cat <<-'VERBS'
	status | | 0 0 3 3 | json
	doctor | | 0 0 1 1 | json
	report | | 0 0 0 0 | json
	verify | | 0 0 0 0 | json
	monitor | | 124 124 124 124 | json
	device list | | 0 0 3 3 | json
	device show | loopback0 | 0 0 3 3 | json
	device priority | | 0 0 3 3 | json
	device priority | ismemu1 299 | 0 4 3 3 | json
	device down | loopback0 | 0 4 3 3 | json
	device drain | loopback0 --timeout 5 | 0 4 3 3 | json
	device up | loopback0 | 0 4 3 3 | json
	device delete | extra | 0 4 3 3 | json
	device create | made --kind ism-emu --chid 0x42 --priority 7 | 0 4 3 3 | json
	device stats | | 0 0 3 3 | json
	device stats | ismemu0 | 0 0 3 3 | json
	device test | loopback0 | 0 1 3 3 | json
	linkgroup list | | 0 0 3 3 | json
	linkgroup show | LINKGROUP | 0 0 3 3 | json
	connection list | | 0 0 3 3 | json
	stats show | --absolute | 0 0 3 3 | json
	stats watch | --count 1 --interval 1 | 0 0 3 3 | json
	stats fallback | --absolute | 0 0 3 3 | json
	stats reset-baseline | | 0 0 3 3 | json
	config show | | 0 4 3 3 | json
	config diff | | 0 4 3 3 | json
	ueid list | | 0 0 3 3 | json
	ueid add | TESTS-1 | 0 4 3 3 | json
	ueid delete | TESTS-1 | 0 4 3 3 | json
	seid show | | 0 0 3 3 | json
	seid enable | | 1 4 3 3 | json
	seid disable | | 1 4 3 3 | json
	pnet list | | 0 0 3 3 | json
	pnet add | TESTS1 --interface lo | 0 4 3 3 | json
	pnet delete | TESTS1 | 0 4 3 3 | json
	metrics | | 0 0 3 3 | none
	run | true | 0 0 0 0 | none
	top | | 1 1 1 1 | none
	shell | | 0 0 0 0 | none
	reload | | 0 4 3 3 | json
	apply | | 0 4 3 3 | json
	apply | --dry-run | 0 4 3 3 | json
	confirm | | 1 4 3 3 | json
	rollback | | 1 4 3 3 | json
	VERBS
}

# The verbs that smcctl has
names() {
	smcctl --help | sed -n '/^Verbs:/,/^$/s/^  \([^ ]*\( [^ ][^ ]*\)*\)  .*/\1/p'
}

# kernel KEY...: "NAME VALUE..." of each device, by softism itself
kernel() {
	softism-genl dump | awk -v keys="$*" '
		/^name=/ {
			for (i = 1; i <= NF; i++) {
				split($i, pair, "=")
				value[pair[1]] = pair[2]
			}
			line = value["name"]
			n = split(keys, key, " ")
			for (i = 1; i <= n; i++)
				line = line " " value[key[i]]
			print line
		}' | sort
}

# json FILTER: of what the verb has printed, on one line
json() {
	jq -r "$1" /tmp/out | tr '\n' ' '
}

before_device_delete() {
	! absent extra || softism-genl new kind=loopback name=extra >/dev/null
	wait_for 10 smcctl device show extra
}

check_status() {
	is "$(kernel | wc -l) " "$(json .devices)" "devices are those of the kernel"
	is "$(smc-genl ueids | sed 's/^[^=]*=//') " "$(json '.ueids[]')" "UEIDs, too"
}

check_device_list() {
	is "$(kernel priority rank conns)" "$(jq -r '.devices[] |
		"\(.name) \(.priority) \(.rank) \(.connections)"' /tmp/out | sort)" \
		"devices, priorities, ranks and connections are those of the kernel"
}

check_device_show() {
	is "$(printf '0x%016x %d' "$(value gid loopback0)" "$(value chid loopback0)") " \
		"$(json '.device | "\(.gid) \(.chid)"')" "GID and CHID are those of the kernel"
}

check_device_priority() {
	is "$(value priority ismemu1) " \
		"$(json '.devices[] | select(.name == "ismemu1") | .priority')" \
		"the priority is that of the kernel"
}

check_device_down() {
	is 0 "$(value up loopback0)" "the kernel has it down"
}

check_device_up() {
	is 1 "$(value up loopback0)" "the kernel has it up"
}

before_device_create() {
	absent made || smcctl device delete made >/dev/null
}

check_device_create() {
	is "0x42 7" "$(value chid made) $(value priority made)" "the kernel has it, as it was wanted"
}

check_device_stats() {
	is "$(value rx_bytes ismemu0) " \
		"$(json '.devices[] | select(.name == "ismemu0").counters.rx_bytes')" \
		"counters are those of softism"
}

# Emulation is taken first, which the test of another device tells, until that was down and is up
# again: what is in use keeps the place that it had.
before_device_test() {
	[ ${#as[@]} -gt 0 ] || wait_for 12 is_now loopback0 rank 1
}

check_device_test() {
	is "smcd loopback0 " "$(json '"\(.mode) \(.client_device)"')" "it went over that device"
}

check_config_show() {
	is "$(value priority ismemu1) " "$(json '.settings[] |
		select(.key == "devices.priority" and .name == "ismemu1").effective')" \
		"what is in effect is what the kernel has"
}

check_device_delete() {
	ok "the kernel has it no longer" absent extra
}

check_linkgroup_list() {
	# The kernel's own list leaves some out.
	is "$(kernel conns | awk '{ n += $2 } END { print n }') " \
		"$(json '[.linkgroups[].connections] | add')" \
		"link groups have as many connections as the devices"
}

check_connection_list() {
	is "$(smc-traffic diag | grep -c mode=smcd) " \
		"$(json '[.connections[] | select(.mode == "smcd")] | length')" \
		"connections are as many as SMC_DIAG has"
	is "$(smc-traffic diag | sed -n 's/^.*mode=smcd .*my_gid=\(0x[0-9a-f]*\).*/\1/p' | sort)" \
		"$(jq -r '.connections[] | select(.mode == "smcd").device' /tmp/out |
			while read -r name; do printf '0x%016x\n' "$(value gid "$name")"; done | sort)" \
		"over the devices that SMC_DIAG names"
}

check_stats_show() {
	is "$(smc-genl stats | sed -n 's/^smcd_clnt_v2=//p') " "$(json .kernel.smcd_client_v2)" \
		"the kernel counts as many connections"
	is "$(value rx_bytes ismemu1) " \
		"$(json '.devices[] | select(.name == "ismemu1").counters.rx_bytes')" \
		"softism as many bytes"
}

check_stats_fallback() {
	is "$(smc-genl fallback | grep -c reason=) " "$(json '.fallback | length')" \
		"reasons are as many as the kernel has"
}

check_ueid_list() {
	is "$(smc-genl ueids | sed 's/^[^=]*=//') " "$(json '.ueids[].ueid')" \
		"UEIDs are those of the kernel"
}

check_ueid_add() {
	ok "the kernel has it" sh -c 'smc-genl ueids | grep -qx "ueid=TESTS-1"'
}

check_ueid_delete() {
	not_ok "the kernel has it no longer" sh -c 'smc-genl ueids | grep -q TESTS-1'
}

check_seid_show() {
	is "$(smc-genl seid | sed 's/.*enabled=0/disabled/; s/.*enabled=1/enabled/') " \
		"$(json .seid.effective)" "it is enabled or not, as in the kernel"
}

check_pnet_add() {
	ok "the kernel has it" sh -c 'smc-genl pnets | grep -q TESTS1'
}

check_pnet_delete() {
	not_ok "the kernel has it no longer" sh -c 'smc-genl pnets | grep -q TESTS1'
}

# attempt STATUS COMMAND...: the command ends so, with a message if it fails
attempt() {
	local expected=$1 status=0
	shift
	"$@" </dev/null >/tmp/out 2>/tmp/err || status=$?
	if [ $status -ne "$expected" ]; then
		fail "$*: exit status $status, not $expected" "$(cat /tmp/out /tmp/err)"
	elif [ $status -ne 0 ] && [ $status -ne 124 ] && ! [ -s /tmp/err ] && ! [ -s /tmp/out ]; then
		fail "$*: fails without a message"
	fi
}

# shown VERB: what it has printed as JSON, for the host to look at
shown() {
	local line
	case $1 in
	monitor | "stats watch")
		while read -r line; do json_is "${1// /-}" "$line"; done </tmp/out
		;;
	*) json_is "${1// /-}" "$(cat /tmp/out)" ;;
	esac
}

# hook before|check VERB: if there is one
hook() {
	local name="$1_${2//[ -]/_}"
	! declare -F "$name" >/dev/null || "$name"
}

# everything NAME COLUMN [--json]: each verb, whose status is in that column, of which the first
# two are with the daemon
everything() {
	local before=$BED_FAILED column=$2 option=${3-} verb words statuses json as=() only=()
	[ $((column % 2)) -eq 1 ] || as=(as_user)
	while IFS='|' read -r verb words statuses json; do
		verb=${verb% } words=${words/LINKGROUP/$linkgroup}
		[ -z "$option" ] || [ "$json" = " json" ] || continue
		read -ra statuses <<<"$statuses"
		[ "${statuses[column - 1]}" = 124 ] && only=(timeout 1) || only=()
		[ "$column" -gt 2 ] || hook before "$verb"
		# shellcheck disable=SC2086 # words
		attempt "${statuses[column - 1]}" "${as[@]}" "${only[@]}" smcctl $verb $words $option
		[ -z "$option" ] || ! [ -s /tmp/out ] || shown "$verb"
		[ "$column$option" != 1--json ] || hook check "$verb"
	done < <(verbs)
	is "$before" "$BED_FAILED" "all verbs: $1"
}

# What malformed command lines must not change
state() {
	kernel kind chid gid priority up max-dmbs max-memory conns
	smc-genl ueids
	smc-genl pnets
	smc-genl seid
	find /etc/smcd /run/smcd -type f -exec sha256sum {} +
}

# malformed MESSAGE COMMAND...: refused with that, without control characters
malformed() {
	local message=$1 status=0
	shift
	"$@" </dev/null >/tmp/out 2>/tmp/err || status=$?
	[ $status -eq 2 ] && ! [ -s /tmp/out ] && grep -qF -- "$message" /tmp/err &&
		! LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' /tmp/err && return
	fail "$*: exit status $status" "$(cat /tmp/out /tmp/err)"
}

# More, of each kind of value, are made by the unit test of the table.
all_malformed() {
	local verb before=$BED_FAILED
	while read -r verb; do
		# shellcheck disable=SC2086 # words
		set -- $verb
		malformed "unknown option '--\x1b[31m'" smcctl "$@" $'--\x1b[31m'
		malformed 'smcctl: ' smcctl "$@" -- $'\x01' $'\x02' $'\x03' $'\x04'
	done < <(names)
	is "$before" "$BED_FAILED" "malformed command lines of all verbs are refused"
}

is "$(names | sort)" "$(verbs | sed 's/ |.*//' | sort -u)" "each verb is in this case"
policy 100 "$emulation_policy"
linkgroup=1
everything "root, without the daemon" 3
everything "root, without the daemon, JSON" 3 --json
everything "a user, without the daemon" 4
everything "a user, without the daemon, JSON" 4 --json

smcd_start
first_contact
# In use, but with nothing that moves while it is compared
hold "ismemu0 ismemu1" --conns 2 --interval 600000
linkgroup=$(smcctl linkgroup list --noheadings | awk '{ print $1; exit }')
hook before "device delete"
before=$(state)
everything "a user" 2
everything "a user, JSON" 2 --json
all_malformed
is "$before" "$(state)" "nothing has changed"
everything root 1
everything "root, JSON" 1 --json
release
ok "the kernel has nothing to say" dmesg_clean
done_testing
