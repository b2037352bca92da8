#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# libsmcd-preload.so in real programs on this machine: whether or not its kernel has SMC, they get
# what they asked for, and so do the programs that these start.
#
# Environment: PRELOAD. Says TAP.
set -u
number=0

# check NAME EXPECTED COMMAND...: what the command prints when the library is preloaded
check() {
	local name=$1 expected=$2 output word=ok
	shift 2
	number=$((number + 1))
	output=$(LD_PRELOAD=$PRELOAD "$@" 2>&1)
	[ "$output" = "$expected" ] || word="not ok"
	echo "$word $number - $name"
	[ "$word" = ok ] || printf '%s\n' "expected: $expected" "got: $output" | sed 's/^/# /'
}

# A server and a client, in Python
talk='
import socket, sys
family, host = getattr(socket, sys.argv[1]), sys.argv[2]
server = socket.socket(family, socket.SOCK_STREAM)
server.bind((host, 0))
server.listen()
client = socket.socket(family, socket.SOCK_STREAM)
client.connect(server.getsockname())
accepted, address = server.accept()
client.sendall(b"hello")
client.shutdown(socket.SHUT_WR)
data = b"".join(iter(lambda: accepted.recv(10), b""))
domain = client.getsockopt(socket.SOL_SOCKET, socket.SO_DOMAIN) == family
protocol = client.getsockopt(socket.SOL_SOCKET, socket.SO_PROTOCOL) == socket.IPPROTO_TCP
print(data.decode(), domain, protocol, address == client.getsockname())
'
flags='
import fcntl, os, socket
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
print(s.getblocking(), os.get_inheritable(s.fileno()))
'
other='
import socket
a, b = socket.socketpair()
a.sendall(b"x")
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
print(b.recv(1), udp.getsockopt(socket.SOL_SOCKET, socket.SO_TYPE) == socket.SOCK_DGRAM)
'

if nm -D "$PRELOAD" | grep -q ' __[a-z]*san_'; then
	echo "1..0 # SKIP the library needs the runtime of a sanitizer"
	exit 0
fi
check "IPv4" "hello True True True" python3 -c "$talk" AF_INET 127.0.0.1
if [ -e /proc/net/if_inet6 ] && grep -q ' lo$' /proc/net/if_inet6; then
	check "IPv6" "hello True True True" python3 -c "$talk" AF_INET6 ::1
fi
check "flags are kept" "False False" python3 -c "$flags"
check "other sockets are left alone" "b'x' True" python3 -c "$other"
check "programs that are started by others" "hello True True True" \
	env python3 -c "$talk" AF_INET 127.0.0.1
SMCCTL_RUN_TALLY=/nonexistent check "a tally that is not there is none" "hello True True True" \
	python3 -c "$talk" AF_INET 127.0.0.1
echo "1..$number"
