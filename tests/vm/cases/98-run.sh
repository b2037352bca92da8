# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Real servers and clients by smcctl run: iperf3, nginx and wrk, redis and redis-benchmark,
# PostgreSQL and pgbench. Each connection is one of SMC-D over loopback0, as the summaries, SMC_DIAG
# and the kernel's statistics say; results are those over TCP. And what cannot be started, and units.
# kernel: stock
# full-kernel: dibs
# timeout: 180
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

mkdir -p /tmp/run
cd /tmp/run || exit
chmod 1777 .

# kernel KEY: of the statistics of SMC
kernel() {
	smc-genl stats | sed -n "s/^$1=//p"
}

# fell: connections that the kernel let fall back, of either side
fell() {
	smc-genl fallback | awk '/reason=/ { split($3, count, "="); n += count[2] } END { print n + 0 }'
}

# carried: bytes that loopback0 has moved; without a copy, the DMBs that were attached to it
carried() {
	if [ $((caps & 1)) -eq 1 ]; then value attaches loopback0; else moved loopback0; fi
}

# begin: remembers what the kernel has counted
begin() {
	clients=$(kernel smcd_clnt_v2)
	servers=$(kernel smcd_srv_v2)
	fallen=$(fell)
	bytes=$(carried)
}

# summed FILE MODE SIDE: connections that a summary has
summed() {
	tr -d ' \n' <"$1" | grep -o '{[^{}]*"mode":"'"$2"'"[^{}]*}' |
		sed "s/.*\"$3\":\([0-9]*\).*/\1/" | awk '{ n += $1 } END { print n + 0 }'
}

# serve NAME COMMAND...: in the background, with a summary in NAME.server
serve() {
	local name=$1
	shift
	smcctl run --summary --json --file "$name.server" -- "$@" >"$name.log" 2>&1 </dev/null &
	server=$!
}

# over NAME COMMAND...: a client with a summary in NAME.client.*
over() {
	local name=$1
	shift
	smcctl run --summary --json --file "$(mktemp "$name.client.XXXXXX")" -- "$@"
}

# judged NAME BYTES: what NAME's clients did, compared with what the kernel has counted since begin
judged() {
	local name=$1 file made=0 runs=0 good=0
	for file in "$name".client.*; do
		runs=$((runs + 1))
		made=$((made + $(summed "$file" smcd client)))
		if tr -d ' \n' <"$file" | grep -q '"tcp":0,"unknown":0.*"loopback0".*"refused":\[\]'; then
			good=$((good + 1))
		fi
	done
	is "$runs" "$good" "$name: clients have connections on loopback0, and no others"
	taken=$(($(kernel smcd_srv_v2) - servers))
	is "$made $made" "$(($(kernel smcd_clnt_v2) - clients)) $taken" \
		"$name: $made, as the kernel counts clients and servers"
	is "$fallen" "$(fell)" "$name: nothing fell back, says the kernel"
	at_least "$name: what loopback0 carried" $(($(carried) - bytes)) \
		"$((caps & 1 ? 2 * made : $2))"
}

# diagnosed NAME PORT COMMAND...: while it runs, SMC_DIAG has connections on loopback0 alone
diagnosed() {
	local name=$1 port=$2 diag
	shift 2
	over "$name" "$@" >"$name.out" 2>&1 &
	ok "$name: SMC_DIAG has a connection" wait_for 10 connected "$port"
	diag=$(smc-traffic diag | grep -E ":$port( |\$)")
	is 0 "$(grep -vc -e state=LISTEN -e "mode=smcd .*my_gid=$(value gid loopback0) " <<<"$diag")" \
		"$name: SMC_DIAG has none that is not on loopback0"
	wait $!
	is 0 $? "$name: and it ends well"
}

connected() { # PORT
	smc-traffic diag | grep -q "mode=smcd .*peer=[^ ]*:$1\$"
}

# stopped NAME FALLEN [SIGNAL]: ends the server, whose summary has what judged saw, and FALLEN of TCP
stopped() {
	kill "-${3:-TERM}" "$server" 2>/dev/null || true
	wait "$server" || true
	is "$taken $2" "$(summed "$1.server" smcd server) $(summed "$1.server" fallback server)" \
		"$1: the server's summary has the same, and $2 that came over TCP"
	like '"unknown":0' "$(tr -d ' \n' <"$1.server")" "$1: and nothing unknown"
}

# listening PORT: by SMC, which ss does not know
listening() {
	smc-traffic diag | grep -q "state=LISTEN .*local=[^ ]*:$1 "
}

# fetch ADDRESS: the sum of a file by HTTP, with what a shell has
fetch() {
	exec 3<>"/dev/tcp/$1/8080" && printf 'GET /file HTTP/1.0\r\n\r\n' >&3 &&
		sed '1,/^\r$/d' <&3 | sha256sum
}

# --- What cannot be started

# Where it is loaded at boot it has to stay: unloaded, it would take the kernel's own device first
if ! grep -q '^smc ' /proc/modules; then
	echo 'install smc /bin/false' >/etc/modprobe.d/none.conf
	smcctl run true 2>err
	is 125 $? "without SMC in the kernel nothing is started"
	like "modprobe smc" "$(cat err)" "and what to do is said"
	rm /etc/modprobe.d/none.conf
fi

policy 400 "$emulation_policy"
smcd_start
first_contact
caps=$(softism-genl info | sed 's/.*caps=\([0-9]*\).*/\1/')

smcctl run /usr/libexec/bed-agent 2>err
is 125 $? "a static program is not started"
like "cannot be preloaded.*statically" "$(cat err)" "for it cannot be preloaded"
as_user smcctl run su -c true 2>err
is 125 $? "nor is one with rights of its own"
like "cannot be preloaded.*setuid" "$(cat err)" "for the same reason"
smcctl run missing 2>err
is 127 $? "one that is not there has the status of env"
smcctl run /etc/hostname 2>err
is 126 $? "one that is no program as well"
is $'in\n7' "$(echo in | smcctl run --summary sh -c 'cat; exit 7' 2>err; echo $?)" \
	"standard input and exit status are the command's"
like "0 over SMC, 0 over TCP" "$(cat err)" "the summary of no connections"
smcctl run --summary -o nothing touch started 2>err
is 2 $? "a column that is not there is refused"
not_ok "before anything is started" test -e started
smcctl run --summary sh -c 'kill -USR1 $$' 2>err
is 138 $? "it ends by the signal that the command ended by"
smcctl run --summary sh -c 'trap "exit 3" TERM; echo; while :; do sleep 0.1; done' >started 2>err &
wait_for 10 test -s started
kill $!
wait $!
is 3 $? "and passes on those that it gets"

# --- iperf3
begin
serve iperf iperf3 --server --one-off --port 5201
wait_for 10 listening 5201
ok "iperf: a transfer" over iperf iperf3 --client 127.0.0.1 --port 5201 --bytes 8M --json
judged iperf $((8 << 20))
json_is run "$(cat iperf.client.*)"
stopped iperf 0

# --- nginx and wrk
cat >nginx.conf <<-CONF
	worker_processes 1;
	daemon off;
	pid /tmp/run/nginx.pid;
	error_log /tmp/run/nginx.error;
	events { worker_connections 64; }
	http {
		access_log off;
		server { listen 127.0.0.1:8080; listen [::1]:8080; location / { root /tmp/run; } }
	}
CONF
head -c 1M /dev/urandom >file
begin
serve nginx nginx -c /tmp/run/nginx.conf
wait_for 10 listening 8080
fetch="$(declare -f fetch); fetch"
is "$(sha256sum <file)" "$(over nginx bash -c "$fetch 127.0.0.1" 2>&1)" "nginx: the file as it is"
is "$(sha256sum <file)" "$(over nginx bash -c "$fetch ::1" 2>&1)" "nginx: the same by IPv6"
is "$(sha256sum <file)" "$(as_user smcctl run --summary --json --file nginx.client.user -- \
	bash -c "$fetch 127.0.0.1" 2>&1)" "nginx: the same by a user"
diagnosed nginx 8080 wrk -t 1 -c 4 -d 2s http://127.0.0.1:8080/file
judged nginx $((2 << 20))
is "$(sha256sum <file)" "$(bash -c "$fetch 127.0.0.1")" "nginx: the same over TCP"
stopped nginx 1
json_is run "$(cat nginx.server)"

# --- redis

begin
serve redis redis-server --port 6390 --bind 127.0.0.1 --save '' --dir /tmp/run
wait_for 10 listening 6390
is OK "$(over redis redis-cli -p 6390 set key value 2>&1)" "redis: a value is set"
is value "$(over redis redis-cli -p 6390 get key)" "redis: and as it is"
diagnosed redis 6390 redis-benchmark -p 6390 -t incr -n 200 -c 4 -q
ok "redis: a connection for each request" \
	over redis redis-benchmark -p 6390 -t ping_mbulk -n 20 -c 2 -k 0 -q
is 200 "$(over redis redis-cli -p 6390 get counter:__rand_int__)" "redis: as many as were wanted"
judged redis 4000
redis-cli -p 6390 flushall >/dev/null
redis-benchmark -p 6390 -t incr -n 200 -c 4 -q >redis.tcp
is 200 "$(redis-cli -p 6390 get counter:__rand_int__)" "redis: the same over TCP"
fallen=$(($(fell) - fallen))
stopped redis "$fallen"

# --- PostgreSQL and pgbench

postgres=/usr/lib/postgresql/15/bin/postgres
here=(-h 127.0.0.1 -p 5433 -U postgres)
sum="SELECT count(*), sum(v) FROM t"
set_up="CREATE TABLE t (i int, v int); INSERT INTO t SELECT i, 0 FROM generate_series(1, 10) AS i"
printf 'host all all 127.0.0.1/32 trust\n' >hba
printf '\\set i random(1, 10)\nUPDATE t SET v = v + 1 WHERE i = :i;\nSELECT sum(v) FROM t;\n' >script
begin
serve pg setpriv --reuid=postgres --regid=postgres --init-groups "$postgres" \
	-D /var/lib/postgresql/15/main -c config_file=/etc/postgresql/15/main/postgresql.conf \
	-c hba_file=/tmp/run/hba -c port=5433 -c listen_addresses=127.0.0.1 -c ssl=off -c fsync=off \
	-c unix_socket_directories=/tmp/run -c shared_buffers=16MB -c autovacuum=off
wait_for 30 listening 5433
ok "pg: a table" wait_for 10 over pg psql "${here[@]}" -q -c "$set_up"
diagnosed pg 5433 pgbench "${here[@]}" -n -f script -c 2 -t 10 postgres
is "10|20" "$(over pg psql "${here[@]}" -At -c "$sum" 2>&1)" "pg: the sum of what pgbench did"
judged pg 4000
psql "${here[@]}" -q -c "UPDATE t SET v = 0"
pgbench "${here[@]}" -n -f script -c 2 -t 10 postgres >pg.tcp 2>&1
is "10|20" "$(psql "${here[@]}" -At -c "$sum")" "pg: the same over TCP"
fallen=$(($(fell) - fallen))
stopped pg "$fallen" INT

# --- Units

# unit NAME LINE...: a unit of that file name
unit() {
	printf '%s\n' "${@:2}" >"/etc/systemd/system/$1"
}

unit static.service '[Service]' 'ExecStart=/usr/libexec/bed-agent'
unit rooted.service '[Service]' 'ExecStart=/bin/true' 'RootDirectory=/srv'
unit woken.service '[Service]' 'ExecStart=/bin/true'
unit woken.socket '[Socket]' 'ListenStream=127.0.0.1:5999'
systemctl start woken.socket
like "bed-agent cannot be preloaded: it is statically" "$(smcctl run --unit static 2>&1)" \
	"a unit with a static program is refused"
like "root directory of its own" "$(smcctl run --unit rooted 2>&1)" "and one with another root"
like "woken.socket stays TCP.*LD_PRELOAD" "$(smcctl run --unit woken --dry-run 2>&1)" \
	"what systemd listens for stays TCP, and that is said"

dropin=/etc/systemd/system/redis-server.service.d/50-smc.conf
smcctl run --unit no-such-unit 2>err
is 1 $? "a unit that is not there is refused"
like "no-such-unit.service: the unit is not there" "$(cat err)" "and said to be so"
as_user smcctl run --unit redis-server 2>err
is 4 $? "without root nothing is written"
like "RestrictAddressFamilies=AF_SMC" "$(smcctl run --unit redis-server --dry-run 2>&1)" \
	"a drop-in would open the sandbox for SMC"
not_ok "but it is not there" test -e "$dropin"
ok "a drop-in" smcctl run --unit redis-server
like already "$(smcctl run --unit redis-server 2>&1)" "which is not written twice"
ok "the service starts" systemctl restart redis-server
begin
is PONG "$(smcctl run redis-cli ping)" "it answers"
is "1 1 $fallen" "$(($(kernel smcd_clnt_v2) - clients)) $(($(kernel smcd_srv_v2) - servers)) $(fell)" \
	"over SMC-D"

# sandboxed COMMAND...: where the family AF_SMC is refused
sandboxed() {
	systemd-run -q --wait --pipe -p RestrictAddressFamilies="AF_INET AF_NETLINK AF_UNIX" \
		smcctl run --summary "$@" 2>&1
}

case $(uname -r) in
6.1.*) like "modprobe smc" "$(sandboxed redis-cli ping)" "without IPPROTO_SMC, AF_SMC is needed" ;;
*) like "PONG.*smcd +loopback0 +1 " "$(sandboxed redis-cli ping)" "IPPROTO_SMC does without AF_SMC" ;;
esac

like $'\nredis-server.service\n' $'\n'"$(smcctl --complete run --unit '')"$'\n' "units complete --unit"
json_is run "$(smcctl run --unit nginx --dry-run --json)"
ok "the drop-in is removed" smcctl run --unit redis-server.service --remove
not_ok "with its directory" test -e "${dropin%/*}"
not_ok "once" smcctl run --unit redis-server --remove
done_testing
