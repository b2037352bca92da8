# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What tests/bench/run runs where the sockets are: in the VM, or natively with the plan's file
# as its argument. Each round goes through the workloads, and each workload through the
# transports, whose order rotates. Lines:
#   about KEY WORDS...
#   value ROUND WORKLOAD TRANSPORT NUMBER
#   skip WORKLOAD TRANSPORT WORDS...           not possible here, and why
#   refused ROUND WORKLOAD TRANSPORT WORDS...  it was not what it says, or failed
# A value of copy, nocopy and lo is proven to be of SMC-D on that device: by SMC_DIAG while the
# connections are there, by the kernel's statistics, and by what softism's devices have counted.
#
# The plan: rounds, millis (of one measurement), buffer (bytes; "default": as the kernel has it;
# "auto": as smcd chooses), workloads, transports, cpus; maybe pin (where clients and servers run:
# "together" on one CPU, or "apart" on two); for tests/bench/profile also profiled (milliseconds).
# All that is changed is undone at the end, however that comes.
set -uo pipefail

plan=${1:-/bed/bin/plan}
PATH=$(dirname "$plan"):$PATH:/usr/sbin:/sbin
# shellcheck source=/dev/null
. "$plan" || exit 2
: "${rounds:?}" "${millis:?}" "${buffer:?}" "${workloads:?}" "${transports:?}" "${cpus:?}"

UEID=SOCKET-BENCH
AWAY=BENCHAWAY		# a PNETID that no network device has
OWN_PORT=5900		# of bench-sockets; servers have others
CONNS_MANY=1000
CONNS_MEMORY=1000	# of TCP and AF_UNIX, which take little
PATIENCE_S=60		# what hangs for so long, is ended
REDIS_BEGIN=500		# requests that tell how many take the time wanted

work=$(mktemp -d) || exit 1
declare -A owner=() up=() gid=()	# of our devices, by name: transport, 0 or 1, GID
declare -A known=()			# SMC transports that are possible: GIDs
declare -A impossible=()		# why others are not
declare -A server=()			# process ids by program and family
declare -A old_sysctl=() requests=() pool=()
case ${pin-} in		# commands that place a client, and a server
together) client_on=(taskset -c 0) server_on=("${client_on[@]}") ;;
apart) client_on=(taskset -c 0) server_on=(taskset -c 1) ;;
*) client_on=() server_on=() ;;
esac
loaded=() taken='' lo_away='' ueid_added='' client=''

about() {
	echo "about $*"
}

fail() {
	echo "run-guest: $*" >&2
	exit 1
}

# --- What is changed, and undone

# sysctl_set NAME VALUE: where the kernel has it
sysctl_set() {
	local file=/proc/sys/${1//./\/}
	[ -w "$file" ] || return 0
	old_sysctl[$1]=${old_sysctl[$1]-$(<"$file")}
	echo "$2" >"$file"
}

# at_most_tcp NAME: a limit of TCP's autotuning is raised to the buffer's size, never lowered
tcp_limit() {
	local least default limit
	read -r least default limit <"/proc/sys/net/ipv4/$1"
	[ "$limit" -ge "$buffer" ] || sysctl_set "net.ipv4.$1" "$least $default $buffer"
}

# Asked in this way, it is not started.
smcd_runs() {
	busctl list --acquired --no-legend 2>/dev/null | grep -q '^org.smcd1 '
}

# start_smcd: with a policy that says nothing of buffers, so that it chooses and adapts them
start_smcd() {
	local i name daemon
	daemon=$(dirname "$(type -P smcctl)")/../libexec/smcd
	for name in net.smc.wmem net.smc.rmem; do
		sysctl_set $name "$(<"/proc/sys/${name//./\/}")"
	done
	mkdir -p "$work/etc/smcd" "$work/run/smcd"
	# Its files are its own, but not the machine.
	ln -s /proc /sys "$work/"
	printf '%s\n' 'plugins: [loopback, ism]' "ueids: [$UEID]" 'drift: report' \
		>"$work/etc/smcd/smcd.yaml"
	"$daemon" --config-root="$work" </dev/null >"$work/smcd.log" 2>&1 &
	server[smcd]=$!
	for ((i = 0; i < 10 * PATIENCE_S; i++)); do
		if smcd_runs && smcctl status >/dev/null 2>&1; then return; fi
		kill -0 "${server[smcd]}" 2>/dev/null || break
		sleep 0.1
	done
	fail "smcd does not start: $(tail -n 1 "$work/smcd.log")"
}

# SMC takes the sizes as they are. TCP's buffers grow by themselves, up to the same size or what
# the kernel allows, if that is more; those of AF_UNIX do not.
set_buffers() {
	local name
	case $buffer in
	default) ;;
	auto) start_smcd ;;
	*[!0-9]*) fail "buffer=$buffer in the plan is no size in bytes" ;;
	*)
		for name in net.smc.wmem net.smc.rmem net.core.wmem_default; do
			sysctl_set "$name" "$buffer"
		done
		tcp_limit tcp_rmem
		tcp_limit tcp_wmem
		;;
	esac
	for name in net.smc.wmem net.smc.rmem net.core.wmem_default net.ipv4.tcp_rmem \
		net.ipv4.tcp_wmem; do
		[ ! -r "/proc/sys/${name//./\/}" ] ||
			about sysctl "$name" "$(tr '\t' ' ' <"/proc/sys/${name//./\/}")"
	done
}

# load MODULE...: remembers those that were not there
load() {
	local name
	for name; do
		[ ! -d "/sys/module/$name" ] || continue
		modprobe "$name" 2>"$work/errors" || return
		loaded=("$name" "${loaded[@]}")
	done
}

# device NAME TRANSPORT KEY=VALUE...: makes it; it is not up yet
device() {
	local name=$1 transport=$2
	shift 2
	softism-genl new name="$name" up=0 "$@" >/dev/null || fail "cannot make the device $name"
	owner[$name]=$transport
	up[$name]=0
	gid[$name]=$(softism-genl get name="$name" | grep -o ' gid=[^ ]*' | cut -d = -f 2)
	known[$transport]+="${gid[$name]} "
	about gid "$transport" "${gid[$name]}"
}

# A device of softism's that is in use here could be taken instead of ours.
make_devices() {
	local others
	others=$(softism-genl dump | grep -o '^name=[^ ]*' | cut -d = -f 2 | xargs)
	[ -z "$others" ] || fail "softism has devices already ($others): stop smcd, and remove them"
	if [ $(($(softism-genl info | grep -o 'caps=[0-9]*' | cut -d = -f 2) & 1)) -eq 1 ]; then
		device benchcopy0 copy kind=ism-emu chid=0x0b00
		device benchcopy1 copy kind=ism-emu chid=0x0b00
		device benchnocopy nocopy kind=loopback
	else
		device benchcopy0 copy kind=loopback
		impossible[nocopy]="SMC of this kernel always copies: no-copy needs 6.18 or newer"
	fi
}

# The kernel's own loopback device comes before ours, unless it has a PNETID.
prepare_lo() {
	if [ ! -e /sys/class/dibs/lo ]; then
		impossible[lo]="this kernel has no loopback device of dibs"
	elif smc-genl pnets | grep -q 'device=lo '; then
		impossible[lo]="the device lo has a PNETID: remove it"
	else
		known[lo]="0x$(tr -d - </sys/class/dibs/lo/gid | cut -c 1-16) "
		about gid lo "${known[lo]}"
		smc-genl pnet-add lo $AWAY || fail "cannot give the device lo a PNETID"
		lo_away=1
	fi
}

set_up() {
	local transport
	! smcd_runs || fail "smcd runs, and may change what is measured: systemctl stop smcd"
	if load smc smc_diag; then
		smc-genl ueid-add $UEID || fail "cannot add a UEID: there may be four already"
		ueid_added=1
		prepare_lo
		if load softism; then
			make_devices
		fi
	fi
	for transport in copy nocopy lo; do
		[ -n "${known[$transport]-}" ] || impossible[$transport]=${impossible[$transport]-"there \
is no SMC, or no softism: $(tail -n 1 "$work/errors")"}
	done
	set_buffers
}

stop() { # PID...
	kill "$@" 2>/dev/null
	wait "$@" 2>/dev/null
}

# remove DEVICE: what was closed just now is still on it for a moment
remove() {
	local i
	for i in {1..50}; do
		softism-genl del name="$1" >/dev/null 2>"$work/errors" && return
		sleep 0.1
	done
	echo "run-guest: cannot remove the device $1: $(tail -n 1 "$work/errors")" >&2
}

clean_up() {
	local name
	[ -z "$client" ] || stop "$client"
	[ ${#server[@]} -eq 0 ] || stop "${server[@]}"
	for name in "${!owner[@]}"; do remove "$name"; done
	[ -z "$lo_away" ] || smc-genl pnet-del $AWAY
	[ -z "$ueid_added" ] || smc-genl ueid-del $UEID
	for name in "${!old_sysctl[@]}"; do
		echo "${old_sysctl[$name]}" >"/proc/sys/${name//./\/}"
	done
	# SMC stays: it keeps link groups for ten minutes.
	[[ " ${loaded[*]} " != *" softism "* ]] || rmmod softism
	rm -rf "$work"
}

# --- Which device connections take

is_smc() { # TRANSPORT
	[ "$1" != tcp ] && [ "$1" != unix ]
}

family() { # TRANSPORT
	if is_smc "$1"; then echo smc; else echo "$1"; fi
}

# switch DEVICE 0|1: one that is down takes no connection, and some kernels know it no more, nor
# the idle link groups on it
switch() {
	[ "${up[$1]}" != "$2" ] || return 0
	softism-genl set name="$1" up="$2" >/dev/null 2>"$work/errors" || return
	up[$1]=$2
	pool[${owner[$1]}]=0
}

# switch_lo 0|1: by its PNETID, if there is such a device
switch_lo() {
	[ -n "${known[lo]-}" ] || return 0
	if [ "$1" -eq 1 ] && [ -n "$lo_away" ]; then
		smc-genl pnet-del $AWAY 2>"$work/errors" && lo_away=''
	elif [ "$1" -eq 0 ] && [ -z "$lo_away" ]; then
		smc-genl pnet-add lo $AWAY 2>"$work/errors" && lo_away=1
	fi
}

# take TRANSPORT: its device is the only one there is, and a connection proves it. That is also
# the first contact: when many connections are the first at once, the stack of 6.1 may let some
# fall back (reason 0x04000000).
take() {
	local name want options=()
	if [ "$taken" = "$1" ] || ! is_smc "$1"; then return 0; fi
	taken=''
	for name in "${!owner[@]}"; do
		[ "${owner[$name]}" = "$1" ] && want=1 || want=0
		switch "$name" $want || return
	done
	switch_lo "$([ "$1" = lo ] && echo 1 || echo 0)" || return
	for name in ${known[$1]}; do options+=(--gid "$name"); done
	smc-traffic pair --bytes 1K --summary "${options[@]}" >"$work/errors" 2>&1 || return
	taken=$1
}

# --- Proofs

# counters TRANSPORT: "CLIENTS SERVERS FALLBACKS BUFFERS MOVES ATTACHES OTHERS" so far: what the
# kernel's SMC has counted, what the devices of TRANSPORT have, and what the others have
counters() {
	local name mine=
	for name in "${!owner[@]}"; do
		[ "${owner[$name]}" != "$1" ] || mine+="$name "
	done
	{
		smc-genl stats
		smc-genl fallback
		[ ${#owner[@]} -eq 0 ] || softism-genl stats
	} 2>/dev/null | awk -v mine=" $mine" '
		function number(key) {
			if (!match($0, " " key "=[0-9]+"))
				return 0
			return substr($0, RSTART + length(key) + 2, RLENGTH - length(key) - 2)
		}
		/^smcd_clnt_v[12]=/ { split($0, pair, "="); clients += pair[2] }
		/^smcd_srv_v[12]=/ { split($0, pair, "="); servers += pair[2] }
		/^smcd_rx_buffer_alloc=/ { split($0, pair, "="); buffers = pair[2] }
		/ reason=/ { fallbacks += number("count") }
		/^name=/ {
			split($1, pair, "=")
			moves = number("tx_moves")
			attaches = number("attaches")
			if (index(mine, " " pair[2] " ")) {
				my_moves += moves
				my_attaches += attaches
			} else
				others += moves + attaches
		}
		END { print clients + 0, servers + 0, fallbacks + 0, buffers + 0, my_moves + 0,
			my_attaches + 0, others + 0 }'
}

# look TRANSPORT PORT: what SMC_DIAG has of established connections with that port: the words
# in $seen; false if there are none yet
look() {
	local line
	seen=''
	while read -r line; do
		[[ $line =~ state=ACTIVE.*:$2( |$) ]] || continue
		if is_smc "$1" && [[ $line =~ mode=smcd.*\ my_gid=([^ ]*) ]] &&
			[[ " ${known[$1]}" == *" ${BASH_REMATCH[1]} "* ]]; then
			seen+=$'right\n'
		else
			seen+=$(grep -oE '(mode|my_gid|reason)=[^ ]*' <<<"$line" | xargs)$'\n'
		fi
	done < <(smc-traffic diag 2>/dev/null)
	[ -n "$seen" ]
}

# judge TRANSPORT BEFORE AFTER: by the counters, and by what has been seen; the words in $trouble
judge() {
	local transport=$1 before after delta=() i
	read -ra before <<<"$2"
	read -ra after <<<"$3"
	for i in "${!before[@]}"; do delta[i]=$((after[i] - before[i])); done
	made=${delta[3]}
	[ -n "$own_pool" ] || pool[$transport]=$((${pool[$transport]-0} + delta[3]))
	if ! is_smc "$transport"; then
		[ $((delta[0] + delta[1] + delta[2])) -eq 0 ] || trouble="SMC had a part in it"
	elif [ "${delta[2]}" -ne 0 ]; then
		trouble="${delta[2]} fallbacks to TCP, counts the kernel"
	elif [ "${delta[0]}" -eq 0 ] || [ "${delta[0]}" -ne "${delta[1]}" ]; then
		trouble="${delta[0]} clients and ${delta[1]} servers of SMC-D, counts the kernel"
	elif [ -z "$seen" ] || [ -n "${seen//right$'\n'/}" ]; then
		trouble="not SMC-D on this device, says SMC_DIAG: $(sort -u <<<"${seen:-no connection}" |
			xargs)"
	elif [ "${delta[3]}" -lt "$fresh" ]; then
		trouble="only ${delta[3]} of $fresh buffers are new"
	elif [ "${delta[6]}" -ne 0 ]; then
		trouble="other devices of softism have moved or attached ${delta[6]} times"
	elif [ "$transport" = copy ] && { [ "${delta[4]}" -eq 0 ] || [ "${delta[5]}" -ne 0 ]; }; then
		trouble="the device has ${delta[4]} moves, and ${delta[5]} attachments"
	elif [ "$transport" = nocopy ] && [ "${delta[5]}" -lt $((2 * delta[0])) ]; then
		trouble="the device has ${delta[5]} attachments for ${delta[0]} connections"
	fi
}

# memory_of TRANSPORT: of its devices' DMBs, in bytes
memory_of() {
	local name
	for name in "${!owner[@]}"; do
		[ "${owner[$name]}" != "$1" ] || softism-genl get name="$name"
	done | grep -o ' memory=[0-9]*' | awk -F = '{ n += $2 } END { print n + 0 }'
}

# --- Programs

# last_words: what a program has complained about
last_words() {
	tail -n 1 "$work/errors" | tr -d '\r'
}

# own TRANSPORT ARGUMENT...: one of our own workloads, which waits until its connections have been
# looked at. Its number is $number.
own() {
	local transport=$1 ready='' go said
	shift
	[ "${pin-}" != apart ] || set -- "$@" --server 1
	"${client_on[@]}" bench-sockets "$1" "$(family "$transport")" --port $OWN_PORT \
		--millis "$millis" --hold "${@:2}" <"$work/go" >"$work/said" 2>"$work/errors" &
	client=$!
	exec {go}>"$work/go" {said}<"$work/said"
	if read -rt "$PATIENCE_S" -u "$said" ready && [ "$ready" = ready ]; then
		look "$transport" $OWN_PORT
		[ -z "$dmb_bytes" ] || dmb_bytes=$(($(memory_of "$transport") - dmb_bytes))
		echo >&"$go"
		read -rt $((PATIENCE_S + millis / 1000)) -u "$said" number
	fi
	exec {go}>&- {said}<&-
	[ -n "$number" ] || kill "$client" 2>/dev/null
	wait "$client" || trouble="bench-sockets: $(last_words)"
	client=''
}

# listening PORT: a TCP socket of 127.0.0.1, which an SMC socket has, too
listening() {
	grep -q ": 0100007F:$(printf %04X "$1") 00000000:0000 0A" /proc/net/tcp
}

# serve NAME TRANSPORT PORT COMMAND...: starts the server, unless it runs already; one for each
# family, on a port of its own. The port is in $port.
serve() {
	local key i prefix=()
	key=$1-$(family "$2")
	port=$3
	shift 3
	if [[ $key == *-smc ]]; then
		prefix=(smcctl run --)
		port=$((port + 1))
	elif [[ $key == *-unix ]]; then
		port=$((port + 2))
	fi
	[ -z "${server[$key]-}" ] || ! kill -0 "${server[$key]}" 2>/dev/null || return 0
	"${server_on[@]}" "${prefix[@]}" "${@//PORT/$port}" </dev/null >"$work/$key.log" 2>&1 &
	server[$key]=$!
	for ((i = 0; i < 20 * PATIENCE_S; i++)); do
		if listening "$port"; then return 0; fi
		kill -0 "${server[$key]}" 2>/dev/null || break
		sleep 0.05
	done
	stop "${server[$key]}"
	trouble="the server $key does not start: $(tail -n 1 "$work/$key.log")"
	unset "server[$key]"
	return 1
}

# count: what tests/bench/profile counts is some of the time that programs run; it has to know
# where their code is
count() {
	local name pid
	for name in ${programs[$workload]}; do
		for pid in $(pgrep -x "$name"); do
			sed -n "s/^\([0-9a-f]*\)-\([0-9a-f]*\) r-xp .*/program $name \1 \2/p" \
				"/proc/$pid/maps"
		done
	done
	profile-mark "$profiled"
}

# run TRANSPORT COMMAND...: a client of the server at $port, whose output is in $work/out; its
# connections are looked at as soon as they are there, with TCP as well, for fairness
run() {
	local transport=$1 prefix=()
	shift
	if is_smc "$transport"; then prefix=(smcctl run --); fi
	timeout -k 5 $((PATIENCE_S + seconds)) "${client_on[@]}" "${prefix[@]}" "$@" </dev/null \
		>"$work/out" 2>"$work/errors" &
	client=$!
	sleep 0.1
	until look "$transport" "$port" || ! is_smc "$transport" ||
		! kill -0 "$client" 2>/dev/null; do
		sleep 0.02
	done
	[ -z "${profiled-}" ] || count
	wait "$client" || trouble="$1 failed: $(cat "$work/out" "$work/errors" | tail -n 1)"
	client=''
}

# result SED-COMMAND: what it finds last in the client's output is the number
result() {
	number=$(sed -n "$1" "$work/out" | tail -n 1)
	[ -n "$number" ] || trouble=${trouble:-"no result in: $(tail -n 1 "$work/out")"}
}

# --- Workloads: each sets $number, or $trouble

do_rate() { own "$1" pingpong --size 100; }
do_stream64() { own "$1" stream --size 65536; }
do_connect() { own "$1" connect; }

# Every connection has four buffers or two; together they take at most half of the memory.
do_many() {
	local size=$smc_buffer options=()
	while [ "$size" -gt 16384 ] && [ $((size * 4 * CONNS_MANY)) -gt $((free_bytes / 2)) ]; do
		size=$((size / 2))
	done
	if is_smc "$1" && [ "$size" -ne "$smc_buffer" ]; then
		options=(--buffer "$size")
		own_pool=1
	fi
	own "$1" many --conns $CONNS_MANY "${options[@]}"
}

# Idle link groups keep buffers. So many connections are opened before that those are used up;
# by how much memory shrinks with the next ones, is what a connection takes.
do_memory() {
	local conns=$CONNS_MEMORY before
	if is_smc "$1"; then
		conns=$((free_bytes / (8 * rounds * smc_buffer)))
		conns=$((conns < 8 ? 8 : conns > 250 ? 250 : conns))
		fresh=$((2 * conns))
	fi
	before=$((${pool[$1]-0} / 2 + 1))
	dmb_bytes=$(memory_of "$1")
	own "$1" memory --conns "$conns" --before "$before"
}

with_sockperf() { # TRANSPORT MODE SIZE
	serve sockperf "$1" 5910 sockperf server --tcp -i 127.0.0.1 -p PORT || return
	run "$1" sockperf "$2" --tcp -i 127.0.0.1 -p "$port" -m "$3" -t "$seconds"
}

do_latency() {
	with_sockperf "$1" ping-pong 14
	result 's/.*avg-latency=\([0-9.]*\).*/\1/p'
}

do_latency100() {
	with_sockperf "$1" ping-pong 100
	result 's/.*avg-latency=\([0-9.]*\).*/\1/p'
}

do_bandwidth() {
	with_sockperf "$1" throughput 64000
	result 's/.*Message Rate is \([0-9]*\) .*/\1/p'
	[ -z "$number" ] || number=$(awk -v n="$number" 'BEGIN { printf "%.1f", n * 64000 / 1e6 }')
}

# A time is in whole seconds; for a shorter one, bytes are as good: as many as 2.5 GB/s make, so
# that there is something to look at where a copy costs nearly nothing.
do_stream() {
	local much=(--time "$seconds")
	[ "$millis" -ge 1000 ] || much=(--bytes $((millis * 2500000)))
	serve iperf3 "$1" 5920 iperf3 --server --bind 127.0.0.1 --port PORT || return
	run "$1" iperf3 --client 127.0.0.1 --port "$port" --format m "${much[@]}"
	result 's|.* \([0-9.]*\) Mbits/sec .*receiver.*|\1|p'
	[ -z "$number" ] || number=$(awk -v n="$number" 'BEGIN { printf "%.3f", n / 1000 }')
}

# nginx_conf PORT: a file as large as the page that nginx welcomes with
nginx_conf() {
	[ -e "$work/page" ] || head -c 612 /dev/zero | tr '\0' x >"$work/page"
	cat >"$work/nginx-$1.conf" <<-CONF
		user root;
		worker_processes 1;
		daemon off;
		pid $work/nginx-$1.pid;
		error_log stderr;
		events { worker_connections 64; }
		http {
			access_log off;
			sendfile on;
			tcp_nopush on;
			keepalive_requests 1000000000;
			server { listen 127.0.0.1:$1; root $work; }
		}
	CONF
}

do_http() {
	nginx_conf 5930
	nginx_conf 5931
	serve nginx "$1" 5930 nginx -c "$work/nginx-PORT.conf" || return
	run "$1" wrk -t 1 -c 4 -d "${seconds}s" "http://127.0.0.1:$port/page"
	result 's/^Requests\/sec: *\([0-9.]*\).*/\1/p'
	! grep -qE 'Non-2xx|Socket errors' "$work/out" ||
		trouble="wrk: $(grep -E 'Non-2xx|Socket errors' "$work/out" | xargs)"
}

# redis TRANSPORT REQUESTS: of SET and of GET each; the rate of both together
with_redis() {
	local where=(-h 127.0.0.1 -p "$port")
	[ "$1" != unix ] || where=(-s "$work/redis-$port")
	run "$1" redis-benchmark "${where[@]}" -t set,get -c 4 -n "$2" --csv
	number=$(awk -F '"' '$2 ~ /^[SG]ET$/ && $4 > 0 { n++; seconds += 1 / $4 }
		END { if (n == 2) printf "%.1f", 2 / seconds }' "$work/out")
}

# tell_requests TRANSPORT REQUESTS: by so many, how many take the time wanted
tell_requests() {
	profiled='' with_redis "$@"
	if [ -z "$number" ]; then
		trouble=${trouble:-redis-benchmark has no result}
		unset "requests[$1]"
		return 1
	fi
	requests[$1]=$(awk -v n="$number" -v s="$seconds" 'BEGIN { printf "%d", 1 + n * s / 2 }')
}

# It takes a number, not a time: some requests tell what it has to be, and as the first ones are
# slow, once more those that they told.
do_redis() {
	serve redis "$1" 5940 redis-server --port PORT --bind 127.0.0.1 --save '' --appendonly no \
		--hz 1 --dir "$work" --unixsocket "$work/redis-PORT" || return
	if [ -z "${requests[$1]-}" ]; then
		tell_requests "$1" $REDIS_BEGIN && tell_requests "$1" "${requests[$1]}" || return
	fi
	with_redis "$1" "${requests[$1]}"
}

# The programs that are not our own: what has to be there, and what prints its version
declare -A programs=([latency]=sockperf [latency100]=sockperf [bandwidth]=sockperf
	[stream]=iperf3 [http]="nginx wrk" [redis]="redis-server redis-benchmark")

# runnable WORKLOAD TRANSPORT: else why not, in $why
runnable() {
	local name
	why=${impossible[$2]-}
	for name in ${programs[$1]-}; do
		type -P "$name" >/dev/null || why="$name is not installed"
	done
	case $1-$2 in
	latency-unix | latency100-unix | bandwidth-unix) why="sockperf 3.7 knows no AF_UNIX" ;;
	stream-unix) why="iperf3 knows no AF_UNIX" ;;
	http-unix) why="wrk knows no AF_UNIX" ;;
	esac
	[ -z "$why" ]
}

version() { # PROGRAM
	case $1 in
	nginx) nginx -v 2>&1 ;;
	wrk) wrk -v 2>&1 | head -n 1 ;;
	*) "$1" --version 2>&1 | head -n 1 ;;
	esac
}

about_programs() {
	local workload name
	for workload in $workloads; do tr ' ' '\n' <<<"${programs[$workload]-}"; done | sort -u |
		while read -r name; do
			[ -z "$(type -P "$name")" ] || about program "$name:" "$(version "$name")"
		done
}

# --- The rounds

# measure ROUND WORKLOAD TRANSPORT
measure() {
	local number='' trouble='' seen='' counted own_pool='' fresh=0 dmb_bytes='' made=0
	if ! take "$3"; then
		echo "refused $* connections do not take the device: $(tr '\n' ' ' <"$work/errors")"
		return
	fi
	counted=$(counters "$3")
	"do_$2" "$3"
	[ -n "$trouble" ] || judge "$3" "$counted" "$(counters "$3")"
	if [ -z "$trouble" ] && ! [[ $number =~ ^[0-9]+(\.[0-9]+)?$ && $number =~ [1-9] ]]; then
		trouble="the result is '$number'"
	fi
	if [ -n "$trouble" ]; then
		echo "refused $* $trouble"
	else
		echo "value $* $number"
		[ "${dmb_bytes:-0}" -eq 0 ] || about "DMBs of $3:" \
			"$((2 * dmb_bytes / made / 1024)) KiB a connection, counts softism"
	fi
}

# in_turns ROUND WORKLOAD NUMBER: who begins, is another one each time
in_turns() {
	local round=$1 workload=$2 all=() i
	read -ra all <<<"${possible[$workload]}"
	for i in "${!all[@]}"; do
		measure "$round" "$workload" "${all[(i + round + $3) % ${#all[@]}]}"
	done
}

main() {
	local workload transport round number why
	declare -A possible=()
	for workload in $workloads; do
		declare -F "do_$workload" >/dev/null || fail "the plan has an unknown workload, $workload"
		for transport in $transports; do
			[[ $transport =~ ^(tcp|unix|copy|nocopy|lo)$ ]] ||
				fail "the plan has an unknown transport, $transport"
			if runnable "$workload" "$transport"; then
				possible[$workload]+="$transport "
			else
				echo "skip $workload $transport $why"
			fi
		done
	done
	for ((round = 1; round <= rounds; round++)); do
		number=0
		for workload in $workloads; do
			[ -z "${possible[$workload]-}" ] || in_turns "$round" "$workload" $((number++))
		done
	done
}

seconds=$(((millis + 999) / 1000))
mkfifo "$work/go" "$work/said"
: >"$work/errors"
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
[ "$(nproc)" -le "$cpus" ] || taskset -cp "0-$((cpus - 1))" $$ >/dev/null
about kernel "$(uname -r)"
about cpus "$(nproc)"
about memory "$(sed -n 's/^MemTotal: *//p' /proc/meminfo)"
about buffer "$buffer"
[ -z "${pin-}" ] || about pin "$pin"
about_programs
set_up
free_bytes=$(($(sed -n 's/^MemAvailable: *\([0-9]*\).*/\1/p' /proc/meminfo) * 1024))
smc_buffer=$(cat /proc/sys/net/smc/rmem 2>/dev/null || echo 65536)
main
