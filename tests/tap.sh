# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Tests that are commands, some of them side by side, as TAP: for scripts that
# source this and end with done_testing.

tap_logs=$(mktemp -d) || exit 2
trap 'rm -rf "$tap_logs"' EXIT
tap_names=()
tap_reported=0
tap_failed=0
tap_cpus=$(nproc)

# _tap_run NUMBER COMMAND...: keeps its output and its exit status
_tap_run() {
	local number=$1 status=0
	shift
	"$@" >"$tap_logs/$number" 2>&1 || status=$?
	echo "$status" >"$tap_logs/$number.new" && mv "$tap_logs/$number.new" "$tap_logs/$number.status"
}

# _tap_report: the tests that have ended, in the order in which they were begun
_tap_report() {
	local next=$((tap_reported + 1))
	while [ -e "$tap_logs/$next.status" ]; do
		if [ "$(cat "$tap_logs/$next.status")" -eq 0 ]; then
			echo "ok $next - ${tap_names[next - 1]}"
		else
			tap_failed=$((tap_failed + 1))
			echo "not ok $next - ${tap_names[next - 1]}"
			tail -n 200 "$tap_logs/$next" | sed 's/^/# /'
		fi
		tap_reported=$next
		next=$((next + 1))
	done
}

# beside NAME COMMAND...: one test, whose output is shown if it fails; as many are
# run at a time as there are CPUs
beside() {
	tap_names+=("$1")
	shift
	while [ "$(jobs -rp | wc -l)" -ge "$tap_cpus" ]; do
		wait -n
		_tap_report
	done
	_tap_run "${#tap_names[@]}" "$@" &
}

# check NAME COMMAND...: one test, with nothing beside it; its exit status
check() {
	tap_names+=("$1")
	shift
	wait
	_tap_run "${#tap_names[@]}" "$@"
	_tap_report
	return "$(cat "$tap_logs/$tap_reported.status")"
}

done_testing() {
	wait
	_tap_report
	echo "1..${#tap_names[@]}"
	[ "$tap_failed" -eq 0 ] && [ "$tap_reported" -eq "${#tap_names[@]}" ]
	exit
}
