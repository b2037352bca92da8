# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The priority decides about the next connection, in both directions, while a
# connection opened before stays on its device and goes on.
# kernel: stock dibs
# full-kernel: debug dibs-debug
# timeout: 180
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# hold NAME DEVICES: opens a connection that lives on, and beats, on DEVICES
hold() {
	# shellcheck disable=SC2046,SC2086 # lists of words
	smc-traffic hold --interval 50 $(gids $2) >"/tmp/$1" 2>&1 &
	eval "$1=$!"
	ok "a connection is held on $1" wait_for 10 grep -q ^ready "/tmp/$1"
}

# next NAME DEVICES: a new connection takes DEVICES
next() {
	# shellcheck disable=SC2046,SC2086 # lists of words
	ok "$1" smc-traffic pair --bytes 1M $(gids $2)
}

unheld() {
	! softism-genl dump | grep -q " held=1 "
}

# release NAME: ends a connection held; it must not have missed a beat
release() {
	kill -TERM "${!1}"
	wait "${!1}"
	is 0 $? "the connection held on $1 was never disturbed"
	at_least "beats of $1" "$(sed -n 's/.*beats=\([0-9]*\).*/\1/p' "/tmp/$1")" 10
}

policy 400 "$emulation_policy"
smcd_start
next "loopback above emulation: loopback is taken" loopback0
hold loopback loopback0

ok "loopback goes below emulation" smcctl device priority loopback0 200
next "the next connection takes emulation" "ismemu0 ismemu1"
is 2 "$(value conns loopback0)" "the held one has its two ends on loopback still"
hold emulation "ismemu0 ismemu1"

ok "loopback goes above again, both being busy" \
	smcctl device priority loopback0 500
is 1 "$(value rank loopback0)" "it is the first in rank, whichever could be moved"
next "the next connection takes loopback" loopback0
ok "loopback goes below again" smcctl device priority loopback0 200
like "^(1.*|.* 1)$" "$(value rank ismemu0) $(value rank ismemu1)" \
	"emulation is the first in rank, whichever device could be moved"
next "the next connection takes emulation" "ismemu0 ismemu1"
ok "and above" smcctl device priority loopback0 500
next "loopback is taken, although nothing could be moved" loopback0

sleep 1
release loopback
release emulation
ok "nothing is held back any more" wait_for 10 unheld
next "with all idle: loopback" loopback0
ok "below, all being idle" smcctl device priority loopback0 200
next "emulation" "ismemu0 ismemu1"
is 400 "$(grep -oP 'loopback: \K\d+' /etc/smcd/smcd.yaml)" \
	"the file of the administrator is as it was"

ok "an override lives in /run" grep -q 'priority: 200' /run/smcd/smcd.d/95-smcctl.yaml
ok "a restart of the daemon keeps it" systemctl restart smcd
is 200 "$(value priority loopback0)" "priority after the restart"
next "emulation after the restart" "ismemu0 ismemu1"
done_testing
