# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# A terminal for tests, by tmux, with a shell in it. To be sourced behind daemon.sh.
#
# Screens are compared with files of tests/unit/screens. What varies is replaced before that: a
# time of day is HH:MM:SS, and the name of the host, with the blanks behind it, is HOST.
# SCREENS_KEEP in the environment writes the files anew: look at the difference then.

SCREENS=${srcdir:-.}/tests/unit/screens

if ! type -P tmux >/dev/null; then
	echo "1..0 # SKIP tmux is not installed"
	exit 0
fi
# shellcheck source=tests/vm/pane.sh
. "${srcdir:-.}/tests/vm/pane.sh"
# shellcheck disable=SC2034,SC2154 # pane.sh uses it, daemon.sh has it
PANE=$work/tmux
trap 'close_terminal 2>/dev/null || true; cleanup' EXIT

shows_not() { ! shows "$1"; }

# see NAME TEXT: what is on the screen before long
see() { if until_true 10 shows "$2"; then pass "$1"; else fail_screen "$1: no '$2'"; fi; }
see_not() { if until_true 10 shows_not "$2"; then pass "$1"; else fail_screen "$1: '$2'"; fi; }
fail_screen() {
	fail "$1"
	screen | sed 's/^/# |/'
}

varying() { sed -E "s/[0-9]{2}:[0-9]{2}:[0-9]{2}/HH:MM:SS/g; s/top - [^ ]+ +/top - HOST /"; }
is_screen() { screen | varying | diff -u "$SCREENS/$1.txt" - >"$work/difference"; }

# same_screen NAME FILE: the screen is before long as in the file
same_screen() {
	if [ -n "${SCREENS_KEEP:-}" ]; then
		sleep 2
		screen | varying >"$SCREENS/$2.txt"
	fi
	if until_true 10 is_screen "$2"; then
		pass "$1"
	else
		fail "$1"
		sed 's/^/# /' "$work/difference"
	fi
}

screen_state() { pane display-message -p '#{alternate_on} #{cursor_flag}'; }
is_restored() { [ "$(screen_state)" = "0 1" ]; }
restored() {
	if until_true 5 is_restored; then pass "$1"; else fail_screen "$1: $(screen_state)"; fi
}

# run_program NAME TEXT COMMAND...: as a child of the shell, which notes pid, status and modes
run_program() {
	rm -f "$work/status" "$work/after"
	printf '%s\n' "echo \$? >$work/status" "stty -g >$work/after" >"$work/end"
	printf '%s\n' "stty -g >$work/before" "(echo \$BASHPID >$work/program.pid; exec ${*:3})" \
		". $work/end" >"$work/begin"
	type_line "clear; . $work/begin"
	see "$1" "$2"
}
# ended NAME STATUS
ended() {
	if until_true 5 test -s "$work/after"; then
		is "$1" "$(cat "$work/status")" "$2"
	else
		fail_screen "$1"
	fi
	restored "and the screen is back"
	is "and so are the terminal's modes" "$(cat "$work/before")" "$(cat "$work/after")"
}
