# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What a case in the VM is made of: TAP, waiting, the daemon, network namespaces.
#
# A case sources this file and ends with done_testing. Its header may say
#   # timeout: SECONDS   (default 60)
#   # full-timeout: SECONDS   when BED_SCALE is "full", not "short": as large as
#                        the case can be
#   # smp: N             CPUs of the VM, 1 or 2
#   # reboot: yes        it may call bed_reboot and bed_crash
#   # kernel: stock debug   what it is run on, see flavour.py (default stock); on
#                        debug kernels time-outs are BED_PATIENCE times as long
#   # full-kernel: dibs  what else, when BED_SCALE is "full"
# After bed_reboot the case starts from its first line again: BED_BOOT counts.

# Shared by the boots of one VM; the numbers of the tests go on.
BED_STATE=/var/lib/bed
BED_TESTS=0
BED_FAILED=0
# Seconds between two looks at what is waited for; and a pipe that nobody writes to
printf -v BED_POLL '0.%02d' $((5 * ${BED_PATIENCE:-1}))
exec {BED_SILENCE}<> <(:)
if [ "${BED_BOOT:-1}" -gt 1 ]; then
	read -r BED_TESTS BED_FAILED < "$BED_STATE/count"
fi

_bed_result() { # STATUS NAME
	BED_TESTS=$((BED_TESTS + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $BED_TESTS - $2"
	else
		BED_FAILED=$((BED_FAILED + 1))
		echo "not ok $BED_TESTS - $2"
	fi
}

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass() { # NAME
	_bed_result 0 "$1"
}

fail() { # NAME [WHY]
	_bed_result 1 "$1"
	[ -z "${2-}" ] || diag "$2"
}

# The command must succeed. Its output is shown if it does not.
ok() { # NAME COMMAND...
	local name=$1 output status=0
	shift
	output=$("$@" 2>&1) || status=$?
	_bed_result "$status" "$name"
	[ "$status" -eq 0 ] || diag "exit code $status: $*
$output"
	return "$status"
}

# The command must fail, but neither be missing nor die from a signal.
not_ok() { # NAME COMMAND...
	local name=$1 output status=0
	shift
	output=$("$@" 2>&1) || status=$?
	if [ "$status" -gt 0 ] && [ "$status" -lt 126 ]; then
		_bed_result 0 "$name"
		return 0
	fi
	_bed_result 1 "$name"
	diag "exit code $status: $*
$output"
	return 1
}

is() { # EXPECTED ACTUAL NAME
	if [ "$1" = "$2" ]; then
		_bed_result 0 "$3"
		return 0
	fi
	_bed_result 1 "$3"
	diag "expected: $1
got:      $2"
	return 1
}

# The text must match the extended regular expression.
like() { # REGEX ACTUAL NAME
	if [[ $2 =~ $1 ]]; then
		_bed_result 0 "$3"
		return 0
	fi
	_bed_result 1 "$3"
	diag "expected: $1
got:      $2"
	return 1
}

# What was printed with --json is to be as smcctl/schema/KIND.json says. The host looks at that.
json_is() { # KIND TEXT
	echo "# json $1 $(tr '\n' ' ' <<< "$2")"
}

# The text is to be OpenMetrics. The host looks at that, too.
openmetrics_is() { # TEXT
	echo "# openmetrics $(base64 -w 0 <<< "$1")"
}

done_testing() {
	echo "1..$BED_TESTS"
	[ "$BED_FAILED" -eq 0 ]
	exit
}

# Retries the command until it succeeds; counts with the monotonic clock. A slow
# kernel gets more time.
wait_for() { # SECONDS COMMAND...
	local end now
	read -r now _ < /proc/uptime
	end=$((${now%.*} + $1 * ${BED_PATIENCE:-1} + 1))
	shift
	until "$@" > /dev/null 2>&1; do
		read -r now _ < /proc/uptime
		[ "${now%.*}" -lt "$end" ] || return 1
		# As sleep does, without a process
		read -rt "$BED_POLL" -u "$BED_SILENCE" || true
	done
}

_bed_mark_reboot() {
	mkdir -p "$BED_STATE"
	echo "$BED_TESTS $BED_FAILED" > "$BED_STATE/count"
	sync
	echo "# bed: reboot"
	# The mark must be on the host before the VM goes down.
	sleep 0.3
}

bed_reboot() {
	_bed_mark_reboot
	systemctl reboot
	sleep infinity
}

# Resets the VM as a loss of power does; what was written before is kept.
bed_crash() {
	_bed_mark_reboot
	echo b > /proc/sysrq-trigger
	sleep infinity
}

smcd_start() {
	systemctl start smcd && systemctl is-active -q smcd && return
	systemctl status --no-pager -l smcd
	journalctl --no-pager -n 40 -u smcd
	return 1
}

_bed_netns_end() { # NETNS INTERFACE NUMBER
	ip netns exec "$1" sysctl -q -w net.ipv6.conf.all.accept_dad=0 \
		net.ipv6.conf.default.accept_dad=0 "net.ipv6.conf.$2.accept_dad=0"
	ip -n "$1" link set lo up
	ip -n "$1" link set "$2" up
	ip -n "$1" addr add "10.0.0.$3/24" dev "$2"
	ip -n "$1" addr add "fd00::$3/64" dev "$2" nodad
}

_bed_netns_carrier() { # NETNS INTERFACE
	ip -n "$1" link show dev "$2" | grep -q LOWER_UP
}

# Two namespaces, connected: A has 10.0.0.1 and fd00::1, B has 10.0.0.2 and
# fd00::2, each on an interface named veth0.
netns_pair() { # A B
	ip netns add "$1" && ip netns add "$2" || return
	ip link add veth0 netns "$1" type veth peer name veth0 netns "$2" || return
	_bed_netns_end "$1" veth0 1 && _bed_netns_end "$2" veth0 2 || return
	wait_for 5 _bed_netns_carrier "$1" veth0 && wait_for 5 _bed_netns_carrier "$2" veth0
}

# The kernel has reported nothing that tells of a bug.
dmesg_clean() {
	! dmesg | grep -E 'WARNING:|BUG:|Oops|possible circular|blocked for more than'
}

as_user() { # COMMAND...
	setpriv --reuid=user --regid=user --init-groups --inh-caps=-all --no-new-privs -- \
		env HOME=/home/user USER=user "$@"
}
