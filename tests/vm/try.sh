# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What ./try shows in the VM: smcd, its devices, and which of them traffic takes.

set -o pipefail
PORT=4711
# Of a line of smc-traffic's: which end, what it is, its GID and the peer's.
SHORT="cut -d ' ' -f 1-6"

explain() {
	printf '\n== %s\n' "$*"
}

# Shows a command as if typed, and runs it; ends everything if it fails.
show() {
	local status
	echo "# $*"
	eval "$*" && return
	status=$?
	echo "try: exit code $status: $*" >&2
	journalctl -q --no-pager -n 30 -u smcd >&2
	exit "$status"
}

# A server and a client, each a process; both verify every byte and say by
# SMC_DIAG what their end of the connection really is.
traffic() {
	echo "# smc-traffic server --port $PORT --bytes 16M | $SHORT &"
	{ smc-traffic server --port "$PORT" --bytes 16M | eval "$SHORT"; } &
	until ss -Hltn "sport = :$PORT" | grep -q .; do
		kill -0 "$!" || exit 1
		sleep 0.1
	done
	show "smc-traffic client --port $PORT --bytes 16M | $SHORT"
	wait "$!" || { echo "try: the server failed" >&2; exit 1; }
}

explain "Two emulated ISM devices beside the loopback device of the default policy:"
mkdir -p /etc/smcd/smcd.d
cat > /etc/smcd/smcd.d/emulation.yaml <<'POLICY'
devices:
  ismemu0: {kind: ism-emu, chid: 0x0042}
  ismemu1: {kind: ism-emu, chid: 0x0042}
POLICY
show cat /etc/smcd/smcd.d/emulation.yaml

explain "The daemon loads the modules, makes the devices and puts them in order:"
show systemctl enable --now smcd
show smcctl device list

explain "Two processes talk over AF_SMC; emulation is preferred:"
traffic
show smcctl device list

explain "Loopback gets the higher priority: the next connection takes it."
show smcctl device priority loopback0 400
traffic
show smcctl device list

explain "The same between two network namespaces over a veth pair:"
show ip netns add left
show ip netns add right
show ip link add veth0 netns left type veth peer name veth0 netns right
for side in left:1 right:2; do
	show ip -n "${side%:*}" link set veth0 up
	show ip -n "${side%:*}" addr add "10.0.0.${side#*:}/24" dev veth0
done
ends="--server-netns left --client-netns right --address 10.0.0.1"
show "smc-traffic pair --bytes 16M $ends | $SHORT"
show smcctl device list
show smcctl stats
