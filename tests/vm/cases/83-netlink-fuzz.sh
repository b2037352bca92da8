# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Messages that nobody should send, by two senders at once: each is answered,
# each refusal has a text, and traffic on another device stays intact. Then the
# same below connections, which may break as long as the kernel does not.
# kernel: dibs
# full-kernel: stock debug dibs-debug
# timeout: 120
# full-timeout: 1500
# smp: 2
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# By all fuzzers; half a round of every attribute in every way takes some 8600
messages=41000
[ "${BED_SCALE:-short}" != full ] || messages=1000000
beside=$((messages * 9 / 20)) below=$((messages / 10 + 4500))

# result KEY FILE: of what a fuzzer printed
result() {
	sed -n "s/^$1=//p" "$2"
}

# fuzz OUTPUT SEED MESSAGES [OPTION]: devices stay, for the other one
fuzz() {
	local output=$1 seed=$2 count=$3
	shift 3
	softism-fuzz --keep --seed="$seed" --messages="$count" "$@" \
		>"$output" 2>"$output.wrong"
}

# pairs OUTPUT OPTION...: connections, some at a time, while fuzzers run. They leave
# these some time, or a slow kernel would be busy with them alone.
pairs() {
	local output=$1
	shift
	while [ -e /tmp/running ]; do
		smc-traffic pair --bytes 64K --summary "$@" || echo failed
		sleep 0.3
	done >>"$output" 2>&1
}

# judge WHAT FILE MINIMUM: the tests of one fuzzer's results
judge() {
	diag "$1: $(paste -sd ' ' "$2")"
	is "" "$(cat "$2.wrong")" "$1: no complaint"
	is 0 "$(result refused_without_text "$2")" "$1: every refusal has a text"
	is 0 "$(result unanswered "$2")" "$1: every request is answered"
	at_least "$1: messages that reached the family" "$(result reached "$2")" "$3"
	is "" "$(grep '^done_.*=0$' "$2")" "$1: every command has succeeded, too"
}

modprobe -a smc smc_diag softism
smc-genl ueid-add TEST-UEID
softism-fuzz --seed=7 --messages=300 >/tmp/same1
softism-fuzz --seed=7 --messages=300 >/tmp/same2
softism-fuzz --seed=8 --messages=300 >/tmp/other
is "$(result digest /tmp/same1)" "$(result digest /tmp/same2)" "a seed makes the same messages"
ok "another seed makes others" \
	test "$(result digest /tmp/same1)" != "$(result digest /tmp/other)"
is "" "$(softism-genl dump 2>&1)" "no device is left behind"

softism-genl new kind=loopback name=fuzz1 >/dev/null
as_user softism-fuzz --keep --seed=9 --messages=5000 >/tmp/user
is 0 $? "a user without privileges: every answer is as it should be"
diag "user: $(paste -sd ' ' /tmp/user)"
at_least "messages refused to him for that" "$(result errno_EPERM /tmp/user)" 500
for command in dev-new dev-del dev-set dev-drain stats-reset fault-set fault-event; do
	is 0 "$(result "done_$command" /tmp/user)" "he has not done any $command"
done
softism-genl del name=fuzz1

# Devices that come and go while others are busy are in nobody's order; a PNETID
# that no network device has keeps connections off those of the fuzzers
for name in "$(printf 'fuzz%027d' 0)" fuzz1 fuzz2 fuzz3 fuzz4 fuzz5; do
	smc-genl pnet-add "$name" UNUSED
done
softism-genl new kind=loopback name=own priority=60000 >/dev/null
first_contact
# shellcheck disable=SC2046 # a list of words
smc-traffic hold --conns 4 --interval 50 $(gids own) >/tmp/hold 2>&1 &
hold=$!
ok "connections are held" wait_for 20 grep -q ^ready /tmp/hold
touch /tmp/running
# shellcheck disable=SC2046 # a list of words
pairs /tmp/pairs --conns 3 $(gids own) &
pairs=$!
fuzz /tmp/first 1 "$beside" &
first=$!
fuzz /tmp/second 2 "$beside"
is 0 $? "the second fuzzer is content"
wait $first
is 0 $? "the first fuzzer is content"
rm /tmp/running
wait $pairs
judge first /tmp/first $((beside * 4 / 5))
judge second /tmp/second $((beside * 4 / 5))
for fuzzer in first second; do
	at_least "$fuzzer: half of all attributes in every way, times" \
		"$(result half_rounds /tmp/$fuzzer)" $((messages / 20500))
done
at_least "rounds of connections" "$(grep -c . /tmp/pairs)" 2
is "" "$(grep -v ' ends=6 smcd=6 fallback=0 ' /tmp/pairs)" "all were SMC-D on their own device"
kill -TERM $hold
wait $hold
is 0 $? "no connection that was held missed a beat"
is 0 "$(value refused own)" "no write on that device was refused"

ok "its own device is deleted" wait_for 20 softism-genl del name=own
ok "so are those of the fuzzers" softism-fuzz --messages=0
is "" "$(softism-genl dump 2>&1)" "none is left"
ok "softism can be unloaded" wait_for 20 rmmod softism

modprobe softism
smc-genl pnet-flush
[ ! -e /sys/class/dibs/lo ] || smc-genl pnet-add lo UNUSED
touch /tmp/running
patience=$((2 * ${BED_PATIENCE:-1}))
# One at a time: the stack locks a socket below another when a link group fails at
# its first contact and has a second connection (net/smc/af_smc.c, smc_conn_abort)
pairs /tmp/victims --conns 1 --expect any --timeout $patience &
victims=$!
fuzz /tmp/third 3 "$below" --gentle
is 0 $? "the third fuzzer is content, below connections"
rm /tmp/running
wait $victims
judge third /tmp/third $((below * 4 / 5))
at_least "third: connections on its devices" \
	"$(grep -c ' smcd=[1-9]' /tmp/victims)" 1

# The stack never lets go of a link group that ends before a connection of it was
# accepted (net/smc/af_smc.c, smc_accept_dequeue), nor can softism of its device
softism-fuzz --messages=0 --patience=$((10 * ${BED_PATIENCE:-1})) >/tmp/last
is "" "$(softism-genl dump 2>&1 | grep -v ' conns=0 .* closing=1 ')" \
	"all are deleted, or wait for nothing but the stack"
ok "the kernel has nothing to report" dmesg_clean
done_testing
