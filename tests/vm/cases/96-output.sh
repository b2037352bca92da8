# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What smcctl prints on and on: events, rates and metrics are what the kernel has, and JSON and
# OpenMetrics as schema and parser say.
# kernel: stock
# full-kernel: dibs
# timeout: 240
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# happened EVENT PATTERN: monitor has printed that
happened() {
	ok "monitor: $1 $2" wait_for 15 grep -q "\"event\":\"$1\".*$2" /tmp/monitor ||
		diag "$(cat /tmp/monitor)"
}

# metric SAMPLE: its value
metric() {
	awk -v sample="$1" '$1 == sample { print $2 }' /tmp/metrics
}

# get PATH: what the socket answers to somebody without any rights
get() {
	# shellcheck disable=SC2016 # the other shell expands it
	setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=-all -- bash -c '
		exec 3<>/dev/tcp/127.0.0.1/11644 &&
		printf "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n" "$1" >&3 && cat <&3' get "$1"
}

# transfer: some bytes over the emulated devices
transfer() {
	# shellcheck disable=SC2046 # a list of words
	ok "traffic" smc-traffic pair --bytes 4M $(gids ismemu0 ismemu1)
}

policy 100 "$emulation_policy"
smcd_start
first_contact
setpriv --reuid=nobody --regid=nogroup --clear-groups -- smcctl monitor --json --interval 1 \
	>/tmp/monitor 2>&1 &
monitor=$!
smcctl monitor --interval 1 >/tmp/monitor-text &
text=$!
sleep 2

diag "monitor"
ok "a device goes" softism-genl new kind=loopback name=stranger
happened device-added '"device":"stranger","kind":"loopback"'
ok "and is deleted" softism-genl del name=stranger
happened device-removed '"device":"stranger"'
ok "a device is taken down" smcctl device down loopback0
happened device-changed '"device":"loopback0".*"state":"down"'
ok "and up" smcctl device up loopback0
before=$(smc-genl fallback | awk '/end=server reason=0x03030008 /' | sed 's/.*count=//')
smc-genl ueid-flush
smc-traffic pair --bytes 1K --expect fallback >/dev/null
happened fallback '"code":"0x03030008".*"server":1'
is "$((${before:-0} + 1))" \
	"$(smc-genl fallback | awk '/end=server reason=0x03030008 /' | sed 's/.*count=//')" \
	"the kernel has counted that one"
ok "the UEID is back" smcctl reload
smc-traffic hold >/tmp/held 2>&1 &
held=$!
ok "connections are held" wait_for 10 grep -q ^ready /tmp/held
kill "$held"
wait "$held"
systemctl restart smcd
happened smcd-started ''
happened smcd-stopped ''
kill -INT "$monitor"
wait "$monitor"
is 0 $? "Ctrl-C ends monitor well"
kill "$text"
wait "$text"
while read -r line; do
	json_is monitor "$line"
done </tmp/monitor
like 'Z device-added device=stranger kind=loopback' "$(cat /tmp/monitor-text)" "the same as text"

diag "stats watch"
first_contact
before=$(value tx_bytes ismemu0)
smcctl stats watch --json >/tmp/watch &
watch=$!
ok "a second goes by" wait_for 10 grep -q ismemu0 /tmp/watch
transfer
sleep 2.5
kill -INT "$watch"
wait "$watch"
is 0 $? "Ctrl-C ends watch well"
after=$(value tx_bytes ismemu0)
at_least "bytes that were sent" $((after - before)) 4194304
is $((after - before)) "$(jq -s 'map(select(.device == "ismemu0").added.tx_bytes) | add' \
	/tmp/watch)" "the lines add up to what the kernel has counted"
is "" "$(jq -r '"\(.added.tx_bytes) \(.interval_us) \(.rates.tx_bytes)"' /tmp/watch |
	awk 'int($1 * 1000000 / $2) != $3')" "rates are these by time"
json_is stats-watch "$(head -n 1 /tmp/watch)"
is 3 "$(smcctl stats watch --count 1 --noheadings | wc -l)" "a line for each device"

diag "the baseline"
json_is stats-reset-baseline "$(as_user smcctl stats reset-baseline --json)"
before=$(value tx_bytes ismemu0)
transfer
after=$(value tx_bytes ismemu0)
shown() { # OPTION...
	as_user smcctl stats show --noheadings "$@" 2>/dev/null |
		awk -v column="$column" '$1 == "ismemu0" { print $column }'
}
column=$(smcctl stats show 2>/dev/null | awk '/^NAME/ { for (i = 1; i <= NF; i++)
	if ($i == "TX-BYTES") print i }')
is $((after - before)) "$(shown)" "stats show has what was sent since"
is "$after" "$(shown --absolute)" "or all"
is "$after" "$(smcctl stats show --noheadings | awk -v column="$column" \
	'$1 == "ismemu0" { print $column }')" "others have all"
json_is stats-show "$(as_user smcctl stats show --json)"
json_is stats-fallback "$(smcctl stats fallback --json)"
ok "the device is deleted" smcctl device delete ismemu0
ok "it has gone" wait_for 10 absent ismemu0
ok "and is made anew" smcctl reload
first_contact
is "$(value tx_bytes ismemu0)" "$(shown)" "it begins anew"

diag "metrics"
smcctl metrics >/tmp/metrics
openmetrics_is "$(cat /tmp/metrics)"
for device in ismemu0 ismemu1 loopback0; do
	is "$(value tx_bytes $device) $(value rx_bytes $device) $(value dmbs $device)" \
		"$(metric "smcd_device_tx_bytes_total{device=\"$device\"}") $(
		)$(metric "smcd_device_rx_bytes_total{device=\"$device\"}") $(
		)$(metric "smcd_device_dmbs_in_use{device=\"$device\"}")" "those of $device"
done
is "$(smc-genl fallback | sed -n 's/^end=server reason=0x03030008 count=//p')" \
	"$(metric 'smcd_fallbacks_total{code="0x03030008",reason="NOUEID",side="server"}')" \
	"those of fallback"
is "$(smc-genl fallback | awk -F= '/^end=/ { n += $4 } END { print n }')" \
	"$(awk '/^smcd_fallbacks_total/ { n += $2 } END { print n }' /tmp/metrics)" "all of them"

diag "the socket"
is disabled "$(systemctl is-enabled smcd-metrics.socket)" "it is not enabled by itself"
ok "its user is made" systemd-sysusers smcd-metrics.conf
ok "it starts" systemctl start smcd-metrics.socket
get /metrics | tr -d '\r' >/tmp/answer
like '^HTTP/1.1 200 OK.*Content-Type: application/openmetrics-text' \
	"$(head -n 3 /tmp/answer | tr '\n' ' ')" "nobody gets an answer"
sed '1,/^$/d' /tmp/answer >/tmp/metrics
openmetrics_is "$(cat /tmp/metrics)"
is "$(value tx_bytes ismemu1)" "$(metric 'smcd_device_tx_bytes_total{device="ismemu1"}')" \
	"with what the kernel has"
like '^HTTP/1.1 404' "$(get /)" "there is no other page"
systemctl stop smcd
like '^HTTP/1.1 503' "$(get /metrics)" "without the daemon it says so"
not_ok "which is not started for that" systemctl is-active smcd
ok "no request has failed" sh -c '! systemctl --failed --no-legend | grep .'
done_testing
