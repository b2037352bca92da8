#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# smcctl shell with a private bus and devices in memory: from files and pipes, and on a terminal,
# with completion, history, and events above the prompt.
#
# Environment: see daemon.sh. Says TAP.
set -euo pipefail
# shellcheck source=tests/unit/daemon.sh
. "$(dirname "$0")/daemon.sh"
# shellcheck source=tests/unit/terminal.sh
. "$(dirname "$0")/terminal.sh"

export XDG_STATE_HOME=$work/state
history=$work/state/smcctl/history
smcctl=$(realpath "$SMCCTL")

# batch LINE...: what it prints, and its status, unless that is 0
batch() {
	local status=0
	printf '%s\n' "$@" >"$work/commands"
	"$smcctl" shell <"$work/commands" 2>&1 || status=$?
	[ $status = 0 ] || echo "status $status"
}

test_batch() {
	is "a file: each command once" "$(batch 'device show ism0 --json' '' '  # nothing' \
		"device  'show' \"ism0\" --json # JSON" 'device show is\m0 --json')" \
		"$(for _ in 1 2 3; do "$smcctl" device show ism0 --json; done)"
	is "a pipe, and no newline at its end" "$(printf 'reload\ndevice priority ism0 --json' |
		"$smcctl" shell)" "$("$smcctl" device priority ism0 --json)"
	is "nothing" "$(batch)" ""
	is "exit" "$(batch exit 'device show nothing')" ""
	is "the first that fails is the last" "$(batch 'device priority ism0 --json' \
		'device priority nothing 5' 'device priority ism0 5')" \
		"$("$smcctl" device priority ism0 --json)
smcctl: no device 'nothing': smcctl device list shows those that exist
smcctl: line 2 failed with exit status 5; what follows it was not done
status 5"
	is "and nothing was done after it" "$(device_property ism0 Priority)" "u 300"
	is "a verb that is none" "$(batch '#' 'devise list')" "smcctl: unknown verb 'devise': $(
		)did you mean 'device'?
smcctl: line 2 failed with exit status 2; what follows it was not done
status 2"
	is "an open quote" "$(batch "status 'a" status)" \
		"smcctl: line 1: the quote ' is not closed
status 2"
	is "too long" "$(batch "$(printf '%4096s' '')" status)" \
		"smcctl: line 1: longer than 4095 bytes
status 2"
	is "a byte of 0" "$(printf 'stat\0us\n' | "$smcctl" shell 2>&1 || echo "status $?")" \
		"smcctl: line 1: a byte of 0 is no text
status 2"
	is "more of exit" "$(batch "exit 1")" "smcctl: line 1: exit: '1' is too much
status 2"
	is "a shell in it" "$(batch shell)" "smcctl: this is the shell already
smcctl: line 1 failed with exit status 2; what follows it was not done
status 2"
	is "help" "$(batch help 'help device' 'help device show')" \
		"$("$smcctl" --help; "$smcctl" device --help; "$smcctl" device show --help)"
	like "commands read nothing of it" "$(batch 'apply --confirm 1' yes)" \
		"line 1 failed with exit status 6"
	is "nor does a full disk do" "$(echo status | "$smcctl" shell 2>&1 >/dev/full ||
		echo "status $?")" "smcctl: cannot write the output: No space left on device
smcctl: line 1 failed with exit status 1; what follows it was not done
status 1"
	is "nothing is kept of all that" "$(test -e "$history" || echo none)" none
	policy
	reload
}

at_prompt() { [ "$(screen | grep -v '^$' | tail -n 1)" = "smcctl>" ]; }

# command NAME LINE TEXT: types a line, and sees what it prints, and the prompt below
command() {
	press C-u C-l "$2" Enter
	see "$1" "$3"
	until_true 10 at_prompt || fail_screen "$1: no prompt"
}

start_shell() { run_program "it begins" "smcctl>" "$smcctl" shell; }

test_screens() {
	start_shell
	press dev Tab
	see "an object is completed" "> device"
	press sh Tab lo Tab
	see "and a verb, and a device" "> device show loopback0"
	press C-u "apply --b" Tab "d" Tab
	see "and an option, and its value" "> apply --busy defer"
	press C-u "apply --busy=f" Tab
	see "and a value behind =" "> apply --busy=force"
	press C-u "he" Tab "stats fa" Tab
	see "and help" "> help stats fallback"
	press C-u "device p" Tab
	see "nor is nothing" "> device priority"
	press C-l C-u "linkgroup " Tab Tab
	see "all verbs" "list  show"
	command "a verb has run" "device priority" "loopback0 loopback up"
	press "device show ism"
	same_screen "80x24" shell-80x24
	resize 200 60
	press Tab
	see "resized: the line is still there" "> device show ism0"
	command "a verb has run" "device priority" "loopback0 loopback up"
	press "device show ism"
	same_screen "200x60" shell-200x60
	resize 20 10
	press C-u C-l "device show x"
	see "resized to very little" "> device sho"
	resize 80 24
	see "and back" "> device show x"
	press C-u
}

test_events() {
	press C-l "device show lo"
	see "half a line" "> device show lo"
	echo "loopback ffff 78 100 4096 1 0" >"$devices/second"
	see "a device comes" "device-added device=second kind=loopback state=up"
	press Tab
	see "the line goes on" "> device show loopback0"
	edit ism0 's/ 0$/ 3/'
	device Down ism0 0
	see "a state" "device-changed device=ism0 state=draining"
	is "and no more" "$(screen | grep -c "device-changed")" 1
	see "the line is still there" "> device show loopback0"
	press C-c
	see "Ctrl-C gives it up" "> device show loopback0 ^C"
	press C-l "device drain ism0" Enter
	see "a verb runs" "3 connections left"
	rm "$devices/second"
	sleep 0.5
	is "events wait for its end" "$(screen | grep -c device-removed || true)" 0
	press C-c
	see "Ctrl-C ends it" "device-removed device=second"
	command "and not the shell" "device priority" "loopback0"
	stop TERM
	see "smcd ends" "smcd-stopped"
	start
	see "and comes back" "smcd-started"
	kill "$bus_pid"
	wait "$bus_pid" 2>/dev/null || true
	command "without a bus" "device list" "cannot reach the D-Bus system bus"
	start_bus "$CONF/org.smcd1.conf"
	until_true 10 property Version
	command "with it" "device priority" "loopback0"
	edit ism0 's/ 3$/ 0/'
	see "events are back as well" "device-changed device=ism0 state=down"
	device Up ism0 0
}

test_end() {
	press C-l "device li"
	see "half a line" "> device li"
	press C-z
	see "Ctrl-Z stops it" "Stopped"
	type_line "clear; fg"
	see_not "the screen is cleared" "Stopped"
	see "it goes on where it was" "smcctl> device li"
	type_line st
	see "and takes the line" "STATE"
	until_true 10 at_prompt
	press C-l "device sho"
	see "half a line" "> device sho"
	kill -STOP "$(cat "$work/program.pid")"
	see "it is stopped otherwise" "Stopped"
	type_line "clear; fg"
	see_not "the screen is cleared" "Stopped"
	see "it goes on where it was" "smcctl> device sho"
	press C-u top Enter
	see "a verb that has the screen" "> Devices 3"
	press q
	restored "and gives it back"
	command "a mistake" "no such" "unknown verb 'no'"
	command "another one" "device 'x" "the quote ' is not closed"
	command "no shell in it" "shell" "this is the shell already"
	press C-d
	see "it has ended" "\$"
	start_shell
	press "exit" Enter
	ended "exit ends it" 0
	start_shell
	press Up Up
	see "a shell of before is remembered" "> shell"
	press C-u C-d
	ended "so does Ctrl-D" 0
	start_shell
	press "half a line"
	kill -TERM "$(cat "$work/program.pid")"
	ended "and SIGTERM" 143
	start_shell
	press "device drain ism0" Enter
	edit ism0 's/ 0$/ 2/'
	see "a verb runs" "connections left"
	kill -TERM "$(cat "$work/program.pid")"
	ended "with what runs in it" 143
}

test_history() {
	is "nobody else reads it" "$(stat -c %a "$history")" 600
	is "a line that was repeated is there once" "$(grep -c "^device priority$" "$history")" 3
	seq -f 'status # %g' 5000 >"$history"
	start_shell
	press Up
	see "it may be long" "> status # 5000"
	press C-u C-d
	ended "that ends" 0
	is "but not for ever" "$(wc -l <"$history") $(stat -c %a "$history")" "1000 600"
	rm -r "$work/state"
	echo >"$work/state"
	run_program "no directory is no reason not to run" "Not a directory: what is typ" "$smcctl" shell
	see "it begins" "smcctl>"
	press C-d
	ended "nor to end otherwise" 0
}

policy
echo "loopback ffff 77 100 4096 0 2" >"$devices/stranger"
start
test_batch
open_terminal 80 24
test_screens
test_events
test_end
test_history
close_terminal
finish
