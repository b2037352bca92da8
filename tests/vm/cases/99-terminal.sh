# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# smcctl top and smcctl shell on a terminal, with real traffic: screens are as in files, rates are
# those that the device counts, and what happens is told above the line that is typed.
# timeout: 90
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"
# shellcheck source=../pane.sh
. "${BED_LIB%/*}/pane.sh"

# shellcheck disable=SC2034 # pane.sh uses it
PANE=/run/pane

# What varies is '#': numbers with their units, addresses and times, and which of the two devices of
# one kind comes first, and carries a connection. Blanks are one, as columns are as wide as numbers.
varying() {
	screen | sed -E 's/[0-9a-f.:]+:[0-9]+/#/g; s/\b[0-9][0-9.]*(B|[KMGTPE]iB)?\b/#/g' |
		sed -E 's/ismemu[01]/ismemu#/g; s/ +/ /g'
}
is_screen() { [ "$(varying)" = "$(cat "${BED_LIB%/*}/screens/$1.txt")" ]; }

# same_screen NAME: the screen is before long as in the file of that name
same_screen() {
	if wait_for 10 is_screen "$1"; then
		pass "the screen is $1"
	else
		fail "the screen is $1" "$(varying)"
	fi
}

# see NAME TEXT
see() {
	if wait_for 10 shows "$2"; then pass "$1"; else fail "$1: no '$2'" "$(screen)"; fi
}

# rate DEVICE COLUMN: bytes a second, as top shows them
rate() {
	screen | awk -v name="$1" -v column="$2" '$2 == name { print $column }' |
		numfmt --from=auto --suffix=B | tr -d B
}

now_ms() {
	local now
	read -r now _ </proc/uptime
	echo $((10 * ${now/./}))
}

# rates DEVICE: for five seconds, what top shows a second, and what the device counts
rates() {
	local before begin shown=0 counted
	before=$(value tx_bytes "$1") begin=$(now_ms)
	for _ in 1 2 3 4 5; do
		sleep 1
		shown=$((shown + $(rate "$1" 7)))
	done
	counted=$((($(value tx_bytes "$1") - before) * 1000 / ($(now_ms) - begin)))
	shown=$((shown / 5))
	at_least "bytes a second that $1 counts" "$counted" 100
	at_least "what top shows, to which 30% are added" $((shown * 13 / 10)) "$counted"
	at_least "the other way round" $((counted * 13 / 10)) "$shown"
}

policy 100 "$emulation_policy"
ok "the daemon starts" smcd_start
first_contact
iperf3 -s -p 5201 >/dev/null 2>&1 &
server=$!
wait_for 5 bash -c '</dev/tcp/127.0.0.1/5201'
smc-traffic client --address 127.0.0.1 --port 5201 --timeout 1 >/dev/null 2>&1
kill $server
hold "ismemu0 ismemu1" --conns 2 --interval 20

open_terminal 80 24
type_line "smcctl top"
see "top shows the devices" "> Devices 3"
see "and their traffic" "KiB"
same_screen top-80x24
rates ismemu0
resize 200 60
same_screen top-200x60
resize 80 24
release
see "connections have ended" "Connections 0"
press q

type_line "clear; smcctl shell"
see "the shell begins" "smcctl>"
press "device show loop"
ok "a device is taken down" smcctl device down loopback0
see "which is told" "device-changed device=loopback0 state="
press Tab
see "above the line that goes on" "> device show loopback0"
press C-u "device priority" Enter
see "a verb" "loopback0 loopback"
press C-d
ok "a device is taken up" smcctl device up loopback0
close_terminal
ok "the kernel has nothing to say" dmesg_clean
done_testing
