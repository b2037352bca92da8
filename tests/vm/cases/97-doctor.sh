# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# smcctl doctor: things are broken one after the other, it names each, and what it prints as cure
# makes it go. Between two network namespaces it tells what carries a connection, or which side
# would not; whoever speaks otherwise to doctor --serve does no harm.
# timeout: 240
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

# doctor [COMMAND...]: its findings, for those that follow
doctor() {
	"$@" smcctl doctor >/tmp/found 2>&1
	status=$?
}

# said LEVEL CHECK WORDS: whether there is such a finding
said() {
	grep -qE "^$1 +$2 +.*$3" /tmp/found
}

# finds LEVEL CHECK WORDS: there is such a finding; its command is $cure
finds() {
	cure=$(awk -v level="$1" -v check="$2" -v words="$3" '
		found { if (sub(/^ +cure: +/, "")) print; exit }
		$1 == level && $2 == check && $0 ~ words { found = 1 }' /tmp/found)
	ok "doctor finds: $1 $2 $3" said "$1" "$2" "$3" || diag "$(cat /tmp/found)"
}

# cured LEVEL CHECK WORDS: doctor finds it, its cure succeeds, and then it is not found any longer
cured() {
	doctor
	finds "$@"
	ok "its cure is: $cure" sh -c "${cure:-false}"
	cure_before=$cure
	doctor
	ok "$2: it is cured" not_said "$@" || diag "$(cat /tmp/found)"
}

not_said() {
	! said "$@"
}

well() { # NAME
	is 0 "$status" "$1: the exit status" || diag "$(cat /tmp/found)"
	ok "$1: there is a connection of SMC-D" said ok live "SMC-D on loopback0"
}

diag "from a machine just booted to one where all works"
policy 100
doctor
is 1 "$status" "problems make the exit status 1"
finds note live "not tried"
ok "doctor has not loaded smc" test ! -e /sys/module/smc
cured problem modules "smc is not loaded"
cured problem modules "softism is not loaded"
finds problem devices "there is no SMC-D device"
cured problem smcd "smcd does not run"
well "all works"
before=$(moved loopback0) fallbacks=$(smc-genl fallback)
doctor as_user
well "as a user"
ok "the device has moved something for it" test "$(moved loopback0)" -gt "$before"
is "$fallbacks" "$(smc-genl fallback)" "and nothing has fallen back"
json_is doctor "$(smcctl doctor --json)"
like '"mode": "smcd"' "$(smcctl doctor --json)" "JSON has the connection"

diag "one thing after the other is broken"
echo 'tuning: {wmem: keep, rmem: keep}' >>/etc/smcd/smcd.yaml
smcctl reload
sysctl -qw net.smc.wmem=65536 net.smc.rmem=65536
cured note tuning "buffers are small"
smc-genl ueid-flush
doctor
finds problem live "NOUEID"
like '"code": "0x05000000"' "$(smcctl doctor --json)" "JSON has the reason"
cured problem EIDs "there is no UEID"
finds note fallback "NOUEID"
sed -i '/^ueids/d' /etc/smcd/smcd.yaml
smcctl reload
smc-genl ueid-flush
cured problem EIDs "there is no UEID"
like "ueid add" "$cure_before" "where the files name none, it is another cure"
smcctl ueid delete auto --save >/dev/null
policy 100
smcctl reload
smcctl device down loopback0 >/dev/null
doctor
finds problem live "NOSMC[A-Z0-9]*DEV"
cured problem devices "loopback0 is down"
well "the device is up again"

echo 'plugins: [loopback]' >/etc/smcd/smcd.yaml
echo 'ueids: [auto]' >>/etc/smcd/smcd.yaml
smcctl reload
cured problem devices "the configuration names none"
well "a device was made"
rm /etc/smcd/smcd.d/90-smcctl.yaml
policy 100
smcctl reload

smc-genl pnet-add loopback0 NET9
doctor
finds problem live NOSMC
cured warning PNETIDs "loopback0 has PNETID NET9"
finds ok PNETIDs "go together"
finds ok live "SMC-D on loopback0"
smcctl pnet delete NET9 >/dev/null
smc-genl pnet-flush

mkdir -p /run/modprobe.d
echo "blacklist smc_diag" >/run/modprobe.d/bed.conf
rmmod smc_diag
doctor
finds warning live "does not tell by what"
cured warning modules "smc_diag is not loaded"
ok "with it, the connection is seen again" said ok live SMC-D
rm /run/modprobe.d/bed.conf

echo "devices: [" >/etc/smcd/smcd.yaml
smcctl reload 2>/dev/null
doctor
finds problem smcd "smcd.yaml:[0-9]+:[0-9]+"
systemctl stop smcd
doctor as_user
finds problem smcd "would not start: /etc/smcd/smcd.yaml:"
finds ok devices "loopback0"
finds ok live "SMC-D on loopback0"
policy 100
cured problem smcd "smcd does not run"

module=$(find /lib/modules -name softism.ko)
systemctl stop smcd
ok "softism goes" wait_for 15 rmmod softism
mv "$module" /tmp/softism.ko
depmod
doctor
finds problem modules "not installed for this kernel"
mv /tmp/softism.ko "$module"
depmod
echo "blacklist softism" >/run/modprobe.d/bed.conf
systemctl start smcd
doctor
finds problem smcd "softism"
cured problem modules "softism is not loaded, and is blacklisted"
rm /run/modprobe.d/bed.conf
ok "a reload makes its devices again" smcctl reload
doctor
well "softism is back"

diag "a report of a bug"
smcctl report >/tmp/report 2>/tmp/errors
is 0 $? "smcctl report: the exit status"
is "" "$(cat /tmp/errors)" "nothing on standard error"
for part in "smcd 0" "live .* SMC-D on loopback0" "^path: /etc/smcd/smcd.yaml" "^  ueids: .auto" \
	"^name: softism, loaded: true" "^wmem: 524288" "^loopback0 " "smcd_client_v2|smcd-client-v2" \
	"^20.* systemd: Start.* smcd.service" "^20.* kernel: .*[Ss][Mm][Cc]"; do
	ok "the report has: $part" grep -E "$part" /tmp/report
done
hold loopback0 --port 5300
like "local: 127.0.0.1:5300, peer: 127.0.0.1:[0-9]+, mode: smcd" "$(smcctl report)" "it is in it"
json_is report "$(smcctl report --json)"
release
systemctl stop smcd
as_user smcctl report >/tmp/report 2>&1
is 0 $? "as a user, without smcd: the exit status"
is 4 "$(grep -c "^smcd does not run" /tmp/report)" "what is missing says why"
is 2 "$(grep -c "run as root" /tmp/report)" "so does the journal"
like "live +this machine at 127.0.0.1:[0-9]+: SMC-D" "$(cat /tmp/report)" "doctor has looked all the same"
json_is report "$(as_user smcctl report --json)"
is inactive "$(systemctl is-active smcd)" "and smcd was not started"
systemctl start smcd

diag "another host"
netns_pair left right
ip netns exec left ip link set lo down
doctor ip netns exec left
finds problem live "the interface lo is down"
ok "its cure is: $cure" ip netns exec left sh -c "${cure:-false}"
doctor ip netns exec left
well "a namespace with its loopback"
printf '10.0.0.1 there\nfd00::1 there\n' >>/etc/hosts
there() { # HOST
	ip netns exec right smcctl doctor "$1" >/tmp/found 2>&1
	status=$?
}

there 10.0.0.1
finds problem host "nobody listens"
there nosuchhost
finds problem host "nosuchhost:"
ip netns exec left smcctl doctor --serve --json >/tmp/served 2>/tmp/serve &
server=$!
ok "a server waits" wait_for 10 grep -q waiting /tmp/serve
there there
is 0 "$status" "both addresses of a name: the exit status"
finds ok host "there at 10.0.0.1:11643: SMC-D, from loopback0 here to loopback0 there"
finds ok host 'there at \[fd00::1\]:11643: SMC-D, from loopback0 here'
is 2 "$(grep -c '"mode":"smcd"' /tmp/served)" "the server says so, too"
json_is doctor "$(head -n 1 /tmp/served)"
json_is doctor "$(ip netns exec right smcctl doctor '[fd00::1]:11643' --json)"
smc-genl ueid-flush
there 10.0.0.1
is 1 "$status" "without a UEID: the exit status"
finds problem host "TCP instead of SMC-D: the other side would not, NOUEID"
smcctl reload

to_server() { # COMMAND...
	ip netns exec left bash -c "exec 3<>/dev/tcp/10.0.0.1/11643; $1"
}
to_server 'echo GET / HTTP/1.0 >&3; cat <&3' >/tmp/answer 2>&1
is "" "$(cat /tmp/answer)" "who speaks otherwise gets no answer"
to_server 'head -c 100000 /dev/urandom >&3; true' 2>/dev/null
to_server 'printf "smcd-doctor 1\n" >&3'
to_server 'sleep 30' &
there 10.0.0.1
finds ok host "SMC-D"
like "is no smcctl doctor" "$(cat /tmp/serve)" "they were noticed, and others still served"
kill "$server"
wait "$server"
is 0 $? "SIGTERM ends the server"

# A kernel without SMC is one that refuses its sockets.
systemd-run -q --unit=bed-serve -p NetworkNamespacePath=/run/netns/left \
	-p RestrictAddressFamilies="AF_UNIX AF_NETLINK AF_INET AF_INET6" \
	smcctl doctor --serve --port 4000
ok "a server without SMC waits" wait_for 10 sh -c "journalctl -u bed-serve | grep waiting"
there 10.0.0.1:4000
finds problem host "TCP, as the kernel of that host has no SMC"
systemctl stop bed-serve
is success "$(systemctl show -P Result bed-serve)" "it ends well"
ip netns exec left iperf3 -s -p 4001 >/dev/null 2>&1 &
wait_for 5 ip netns exec left bash -c '</dev/tcp/10.0.0.1/4001'
there 10.0.0.1:4001
finds problem host "not smcctl doctor --serve"
kill $!
done_testing
