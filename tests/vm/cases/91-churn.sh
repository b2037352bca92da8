# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Devices come, change and go by the thousands, and all lists are dumped, while
# connections are made all the time, which have to stay SMC-D. A dump during
# which its list has changed says so; one of thousands of DMBs is complete.
# kernel: dibs
# full-kernel: stock debug dibs-debug
# timeout: 150
# full-timeout: 2400
# smp: 2
# shellcheck disable=SC2046 # lists of words
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

adds=$((100 / ${BED_PATIENCE:-1}))
conns=$((200 / ${BED_PATIENCE:-1}))
pause=10
if [ "${BED_SCALE-}" = full ]; then
	adds=10000
	conns=5000
	pause=500
fi

# figure FILE KEY [LIST]: from what softism-churn has printed
figure() {
	sed -n "s/^${3:+list=$3 .*}.*\<$2=\([0-9]*\).*/\1/p" "$1"
}

# hold NAME DEVICES: connections that live on, and beat, on DEVICES
declare -A pids
hold() {
	local name=$1
	shift
	smc-traffic hold --conns 4 --interval 20 --bytes 16K $(gids "$@") >"/tmp/$name" 2>&1 &
	pids[$name]=$!
	ok "$name is held on $*" wait_for 10 grep -q ^ready "/tmp/$name"
}

# release NAME: ends what is held; it must not have missed a beat
release() {
	kill -TERM "${pids[$1]}"
	wait "${pids[$1]}"
	is 0 $? "$1 was never disturbed"
	at_least "beats of $1" "$(sed -n 's/.*beats=\([0-9]*\).*/\1/p' "/tmp/$1")" 10
}

modprobe -a smc smc_diag softism
smc-genl ueid-add TEST-UEID
sysctl -qw net.smc.rmem=16384 net.smc.wmem=16384

# Clients propose 8 CHIDs: 2 of these devices, 2 of those that change, and 3 of
# those that come and go
softism-genl new kind=loopback name=lo0 priority=1000 >/dev/null
softism-genl new kind=ism-emu name=emu0 chid=0x42 priority=900 >/dev/null
softism-genl new kind=ism-emu name=emu1 chid=0x42 priority=900 >/dev/null
softism-churn devices count=8 live=8 keep=1 prefix=idle chid=0x200 chids=2 >/dev/null
first_contact
hold one lo0
softism-genl set name=emu0 priority=2000
softism-genl set name=emu1 priority=2000
ok "connections take emu0 and emu1 now" \
	wait_for 10 smc-traffic pair --bytes 1K --summary $(gids emu0 emu1)
hold two emu0 emu1

# Each new device stands first in the stack's list, and must not be taken for that
preferred=$(gids emu0 emu1)
touch /tmp/go
while [ -e /tmp/go ]; do
	smc-traffic pair --conns 3 --parallel 1 --bytes 64K --summary $preferred || break
done >/tmp/pairs 2>&1 &
pairs=$!
softism-churn changes prefix=idle live=8 pause=$pause >/tmp/changes 2>&1 &
changes=$!
softism-churn dumps >/tmp/dumps 2>&1 &
dumps=$!
ok "$adds devices come and go" softism-churn devices count=$adds live=9 chid=0x100 chids=3 \
	priority=3
kill -TERM $changes $dumps
rm /tmp/go
wait $changes
is 0 $? "changes of idle devices were accepted"
at_least "changes" "$(figure /tmp/changes changes)" $((adds / 50))
wait $dumps
is 0 $? "dumps meanwhile"
wait $pairs
at_least "rounds of connections meanwhile" "$(grep -c '^total' /tmp/pairs)" 5
is 0 "$(grep -cv ' smcd=6 fallback=0 .* wrong=0 ' /tmp/pairs)" "all were SMC-D on emu0 and emu1, and intact"
is "srv_total=0 clnt_total=0" "$(smc-genl fallback)" "says the kernel, too"
diag "$(cat /tmp/changes /tmp/dumps)"
diag "$(grep -v "^total conns" /tmp/pairs | tail -n 20)"
for list in devices stats dmbs; do
	at_least "dumps of $list" "$(figure /tmp/dumps dumps $list)" 2
	is 0 "$(figure /tmp/dumps duplicates $list)" "nothing was twice in those of $list"
done
at_least "interrupted dumps of devices" "$(figure /tmp/dumps interrupted devices)" 1
at_least "interrupted dumps of counters" "$(figure /tmp/dumps interrupted stats)" 1
is 11 "$(softism-genl dump | wc -l)" "the devices are those that were there before"
is 0 "$(grep -cv ' refused=0 ' <(softism-genl dump))" "no write was refused"
release one
release two

ok "a device for many DMBs" softism-genl new kind=loopback name=many chid=0x300 \
	priority=5000 max-dmbs=16384
smc-traffic pair --bytes 1K --summary >/dev/null
smc-traffic hold --conns $conns --interval 3600000 --timeout 600 --stall 600 \
	$(gids many) >/tmp/many 2>/tmp/many.err &
many=$!
ok "$conns connections are held" wait_for 400 grep -q ^ready /tmp/many
diag "$(grep -E 'MemTotal|MemAvailable' /proc/meminfo)"
# The stack may keep some of earlier connections
softism-genl dmbs name=many >/tmp/all-dmbs
is "$(value dmbs many)" "$(wc -l </tmp/all-dmbs)" "all DMBs are in one dump"
grep ' in_use=1 ' /tmp/all-dmbs >/tmp/dmbs
is $((2 * conns)) "$(wc -l </tmp/dmbs)" "each end of a connection has one"
is "" "$(grep -o ' index=[0-9]*' /tmp/dmbs | sort | uniq -d)" "none is there twice"
is "$(grep -o ' token=0x[0-9a-f]*' /tmp/many | sed 's/0x0*//' | sort | sha256sum)" \
	"$(grep -o ' token=0x[0-9a-f]*' /tmp/dmbs | sed 's/0x0*//' | sort | sha256sum)" \
	"they are those that SMC_DIAG names"

# So many that no list fits into one datagram
softism-churn devices count=30 live=30 keep=1 prefix=more chid=0x400 priority=1 >/dev/null
all=$(softism-genl dump | wc -l)
softism-churn dumps count=3 >/tmp/dumps
for list in devices stats dmbs; do
	is "3 0 0" "$(for key in dumps interrupted duplicates; do
		figure /tmp/dumps $key $list
	done | xargs)" "dumps of $list are whole"
done
is "$all" "$(figure /tmp/dumps entries devices)" "all devices"
is "$all" "$(figure /tmp/dumps entries stats)" "and their counters"
at_least "and all DMBs in use" "$(figure /tmp/dumps entries dmbs)" $((2 * conns))
softism-churn dumps count=3 touch=idle0 >/tmp/dumps
for list in devices stats dmbs; do
	is 3 "$(figure /tmp/dumps interrupted $list)" \
		"those of $list are marked when something changes"
done

kill -TERM $many
wait $many
is 0 $? "the connections end well"
ok "no DMB is in use" wait_for 30 sh -c '! softism-genl dmbs | grep -q in_use=1'
ok "the module can be unloaded" wait_for 15 rmmod softism
ok "the kernel has nothing to say" dmesg_clean
done_testing
