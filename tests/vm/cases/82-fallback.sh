# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Connections fall back for one reason after the other: smcctl shows what the
# kernel counts, and the journal has one message when each begins.
# kernel: stock
# full-kernel: dibs
# timeout: 240
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

id=3ba3a88484234d7baf01c9da2fbb1a16

# counted SIDE CODE: by the kernel
counted() {
	smc-genl fallback | awk -v side="end=$1" -v code="reason=$2" \
		'$1 == side && $2 == code { split($3, count, "="); n = count[2] } END { print n + 0 }'
}

# fell_back SIDE CODE WHY COMMAND...: the command makes the counter rise
fell_back() {
	local side=$1 code=$2 why=$3 before
	before=$(counted "$side" "$code")
	shift 3
	"$@" >/tmp/fell 2>&1
	ok "$why: $code as $side" wait_for 10 risen "$side" "$code" "$before" ||
		diag "$(cat /tmp/fell; smc-genl fallback)"
}

risen() { # SIDE CODE BEFORE
	[ "$(counted "$1" "$2")" -gt "$3" ]
}

# Both ends here, whose connections all fall back
pair() {
	smc-traffic pair --bytes 1K --expect fallback
}

# said SIDE: "code count" of what the kernel counted
said() {
	smc-genl fallback | sed -n "s/^end=$1 reason=\([^ ]*\) count=/\1 /p" | sort
}

# shown COLUMN: the same by smcctl
shown() {
	smcctl stats fallback --noheadings | awk -v column="$1" \
		'/^0x/ && $column { print $1, $column }' | sort
}

# told CODE: messages in the journal
told() {
	journalctl -o cat -u smcd MESSAGE_ID="$id" SMCD_CODE="$1" | grep -c .
}

is_told() { # CODE TIMES
	[ "$(told "$1")" -eq "$2" ]
}

# only SETTING...: the policy has this device alone, and a reload makes it so
only() {
	printf '%s\n' 'plugins: [loopback, ism]' 'ueids: [auto]' 'devices:' "  $1:" "${@:2}" \
		>/etc/smcd/smcd.yaml
	ok "the only device is $1" smcctl reload
}

modprobe -a smc smc_diag softism
fell_back client 0x03030000 "no device at all" pair
policy 100
ok "the daemon starts" smcd_start
is 0 "$(smcctl stats fallback 2>/dev/null | grep -c PEERNOSMC)" "PEERNOSMC has not been yet"
like NOSMCDEV "$(smcctl stats fallback)" "what was before the daemon is shown"

iperf3 -s -p 5201 >/dev/null 2>&1 &
wait_for 5 bash -c '</dev/tcp/127.0.0.1/5201'
fell_back client 0x03010000 "the server does not use SMC" \
	smc-traffic client --address 127.0.0.1 --port 5201 --timeout 1
kill $!
smc-traffic server --address 127.0.0.1 --port 5202 --expect any --timeout 3 >/dev/null 2>&1 &
fell_back server 0x03010000 "the client does not use SMC" \
	wait_for 5 bash -c '</dev/tcp/127.0.0.1/5202'
wait

smc-genl ueid-flush
fell_back server 0x03030008 "no UEID" pair
fell_back client 0x05000000 "the peer declines" pair

smc-traffic hold --expect fallback --port 5203 >/tmp/held 2>&1 &
ok "connections are held" wait_for 10 grep -q ^ready /tmp/held
like "127.0.0.1:[0-9]+ +127.0.0.1:5203 +fallback +- +PEERDECL +NOUEID" "$(smcctl connection list)" \
	"the connection has both sides' reasons, as client"
like "127.0.0.1:5203 +127.0.0.1:[0-9]+ +fallback +- +NOUEID +-" "$(smcctl connection list)" \
	"and as server"
like '"peer_code": "0x03030008"' "$(smcctl connection list --json)" "as JSON, too"
is "$(smc-traffic diag | grep -c mode=fallback)" \
	"$(smcctl connection list --noheadings | grep -c fallback)" "as many as SMC_DIAG has"
held=$!
like " $held +smc-traffic +" "$(smcctl connection list --fallback)" "and the process"
like "PID PROCESS +MEANING.*the peer says: the peer sent no UEID" "$(smcctl connection list --fallback | tr '\n' ' ')" \
	"and the reason in words"
is 2 "$(smcctl connection list --pid $held --noheadings | wc -l)" "both are of that process"
like "\"pid\": $held, \"process\": \"smc-traffic\"" \
	"$(smcctl connection list --fallback --pid $held --json)" "as JSON, too"
json_is connection-list "$(smcctl connection list --json)"
is "" "$(smcctl connection list --pid $$ --noheadings)" "another process has none"
like ":5203 +fallback +- +PEERDECL +NOUEID +- +-" "$(as_user smcctl connection list)" \
	"a user does not see whose they are"
exits 4 "needs root" as_user smcctl connection list --pid $held
exits 1 "no process 4000000" smcctl connection list --pid 4000000
kill $held
wait
ok "a reload brings the UEID" smcctl reload
rm /tmp/held
smc-traffic hold --port 5203 >/tmp/held 2>&1 &
ok "connections are held" wait_for 10 grep -q ^ready /tmp/held
like "127.0.0.1:5203 +127.0.0.1:[0-9]+ +smcd +loopback0 +- +-" "$(as_user smcctl connection list)" \
	"the connection is one of SMC-D, and everybody may see it"
is "" "$(smcctl connection list --fallback --noheadings)" "none fell back"
like "smcd +loopback0 +- +- +$! +smc-traffic" "$(smcctl connection list --pid $!)" "and its process is shown"
kill $!
wait

only ismemu0 '    kind: ism-emu' '    chid: 0x42'
fell_back server 0x03030007 "no device that reaches another" pair

only loopback0 '    kind: loopback' '    max-dmbs: 2'
fell_back server 0x030d0000 "more connections than buffers" \
	smc-traffic pair --conns 3 --parallel 1 --bytes 1K --expect any

codes="0x03010000 0x03030008 0x03030007 0x030d0000"
for code in $codes; do
	ok "the journal has a message of $code" wait_for 30 is_told "$code" 1
done
is 0 "$(told 0x03030000)" "but none of what was before the daemon"

only loopback0 '    kind: loopback' '    state: down'
fell_back client 0x03030000 "the device is down" pair
ok "the journal has a message of that, too" wait_for 30 is_told 0x03030000 1

is "$(said client)" "$(shown 3)" "smcctl shows what the kernel counts as client"
is "$(said server)" "$(shown 4)" "and as server"
at_least "reasons shown" "$(smcctl stats fallback --noheadings | grep -c ^0x)" 6
like "0x030d0000 +MAX_DMB +0 +[1-9].*no buffer" "$(smcctl stats fallback)" \
	"with name and meaning"
like $'\nMAX_DMB +.*max-dmbs in smcd.yaml' "$(smcctl stats)" "with a cure, also in smcctl stats"
is "$(smcctl stats)" "$(smcctl stats show)" "which stats show is the same as"
like '"code": "0x03010000"' "$(smcctl stats fallback --json)" "as JSON"
like '"fallback": \[' "$(smcctl stats --json)" "in all statistics, too"
like '"MAX_DMB"' "$(busctl -j call org.smcd1 /org/smcd1 org.smcd1.Manager \
	FallbackReasons 'a{sv}' 0)" "on the bus"
ok "for everybody" as_user smcctl stats fallback

pair >/dev/null
systemctl restart smcd
sleep 17
for code in $codes 0x03030000; do
	is 1 "$(told "$code")" "still one message of $code"
done
like "does not use SMC; likely cure: .*smcctl run" \
	"$(journalctl -o cat MESSAGE_ID="$id" SMCD_REASON=PEERNOSMC)" "with meaning and cure"
ok "the catalogue is taken" journalctl --update-catalog
like "smcctl stats fallback" "$(journalctl -x MESSAGE_ID="$id" SMCD_REASON=PEERNOSMC)" \
	"and explains the message"
done_testing
