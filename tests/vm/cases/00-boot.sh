# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The VM itself is sound: systemd, D-Bus, SMC, namespaces, an unprivileged user.
# shellcheck source=../lib.sh
. "$BED_LIB"

AF_SMC=43

smc_socket() { # PROTOCOL (0: IPv4, 1: IPv6)
	perl -MSocket -e "socket(my \$s, $AF_SMC, SOCK_STREAM, $1) or die \"socket: \$!\\n\""
}

tcp_between() { # CLIENT SERVER ADDRESS
	ip netns exec "$2" iperf3 -s -1 -D || return
	wait_for 10 ip netns exec "$1" iperf3 -c "$3" -n 1M
}

is running "$(systemctl is-system-running)" "systemd has started everything"
ok "the system bus answers" busctl -q call org.freedesktop.DBus / org.freedesktop.DBus GetId
ok "smc and smc_diag load" modprobe -a smc smc_diag
ok "an AF_SMC socket for IPv4 can be made" smc_socket 0
ok "an AF_SMC socket for IPv6 can be made" smc_socket 1
ok "two network namespaces are connected" netns_pair a b
ok "IPv4 passes between them" tcp_between a b 10.0.0.2
ok "IPv6 passes between them" tcp_between b a fd00::1
is 1000 "$(as_user id -u)" "the unprivileged user is one"
not_ok "and cannot unload a module" as_user modprobe -r smc_diag
ok "nothing is wrong in the kernel's log" dmesg_clean
done_testing
