# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Priorities change all the time while connections are made all the time: each
# of them is SMC-D, on whichever device, and intact.
# kernel: stock
# full-kernel: debug dibs dibs-debug
# timeout: 150
# smp: 2
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# flip SECONDS...: turns the order round, with these pauses
flip() {
	local pause priority=200
	for pause; do
		priority=$((600 - priority))
		softism-genl set name=loopback0 priority=$priority || return
		sleep "$pause"
	done
}

policy 100 "$emulation_policy"
smcd_start
systemctl stop smcd

# Without a pause, with pauses that let devices be moved, and in between
# shellcheck disable=SC2046 # a list of words
flip $(for _ in $(seq 15); do echo 0 0 0.1 0.3 0.9 1.3; done) >/tmp/flips 2>&1 &
flips=$!
for round in $(seq 400); do
	smc-traffic pair --conns 3 --parallel 1 --bytes 32K --summary >>/tmp/pairs 2>&1 || break
	kill -0 $flips 2>/dev/null || break
	# Now and then nothing is proposed for long enough that devices move
	[ $((round % 10)) != 0 ] || sleep 1.5
done
kill $flips 2>/dev/null
wait $flips
is "" "$(cat /tmp/flips)" "no change was refused"
at_least "rounds" "$round" 20
is 0 "$(grep -cv ' fallback=0 ' /tmp/pairs)" "no connection fell back to TCP"
is "srv_total=0 clnt_total=0" "$(smc-genl fallback)" "says the kernel, too"
at_least "devices were moved" "$(dmesg | grep -c 'smc: removing smcd device')" 6
is 0 "$(grep -c . <(softism-genl dump | grep -v 'refused=0 '))" "no write was refused"
done_testing
