# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For tests of the daemon on a private bus with the plugin "memory", without a kernel. To be
# sourced; the bus runs then, the daemon does not.
#
# Environment: SMCD, the daemon; SMCCTL, the client; PLUGINS, a directory with memory.so; CONF,
# the directory conf; XML, org.smcd1.xml. WRAPPER, if any, goes before the daemon, e.g. valgrind.

: "${SMCD:=./smcd/smcd}" "${SMCCTL:=./smcctl/smcctl}" "${PLUGINS:=./tests/unit}" "${WRAPPER:=}"
: "${CONF:=${srcdir:-.}/conf}" "${XML:=${srcdir:-.}/smcd/org.smcd1.xml}"
MANAGER=(org.smcd1 /org/smcd1 org.smcd1.Manager)
slowness=${WRAPPER:+10}

for tool in dbus-daemon dbus-send busctl; do
	if ! type -P "$tool" >/dev/null; then
		echo "1..0 # SKIP $tool is not installed"
		exit 0
	fi
done
# The daemon asks the bus whether a caller is root; root of a user namespace is good enough.
if [ "$(id -u)" != 0 ]; then
	unshare -r true 2>/dev/null || { echo "1..0 # SKIP needs root or user namespaces"; exit 0; }
	exec unshare -r "$0" "$@"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/smcd-test.XXXXXX")
chmod 755 "$work"
bus_pid='' pid='' tests=0 failures=0
cleanup() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null || true
	[ -z "$bus_pid" ] || kill "$bus_pid" 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT

etc=$work/root/etc/smcd
devices=$work/devices
# The files of the policy before a trial
kept=$work/root/run/smcd/kept
mkdir -p "$etc/smcd.d" "$work/root/run/smcd" "$work/root/usr/lib/smcd" "$devices"
export SMCD_MEMORY_DIR=$devices
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus

pass() { tests=$((tests + 1)); echo "ok $tests - $1"; }
fail() {
	tests=$((tests + 1)) failures=$((failures + 1))
	echo "not ok $tests - $1"
	sed 's/^/# /' "$work/log"
}
is() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1: '$2' is not '$3'"; fi; }
like() { case $2 in *$3*) pass "$1" ;; *) fail "$1: '$2' has no '$3'" ;; esac; }

at_least() { if [ "$2" -ge "$3" ]; then pass "$1"; else fail "$1: $2 is below $3"; fi; }

at_most() { if [ "$2" -le "$3" ]; then pass "$1"; else fail "$1: $2 is above $3"; fi; }

# until_true SECONDS COMMAND...: a $() in the command is evaluated once only
until_true() {
	local tries=$(($1 * 20 * ${slowness:-1}))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.05
	done
}

start_bus() {
	rm -f "$work/bus"
	cat >"$work/bus.conf" <<-EOF
	<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
	 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
	<busconfig>
	  <type>system</type>
	  <listen>unix:path=$work/bus</listen>
	  <auth>EXTERNAL</auth>
	  <policy context="default">
	    <allow user="*"/>
	    <deny own="*"/>
	    <deny send_type="method_call"/>
	    <allow send_type="signal"/>
	    <allow send_requested_reply="true" send_type="method_return"/>
	    <allow send_requested_reply="true" send_type="error"/>
	    <allow receive_type="method_call"/>
	    <allow receive_type="method_return"/>
	    <allow receive_type="error"/>
	    <allow receive_type="signal"/>
	    <allow send_destination="org.freedesktop.DBus"/>
	  </policy>
	  <include>$(realpath "${1:-$CONF/org.smcd1.conf}")</include>
	</busconfig>
	EOF
	dbus-daemon --nofork --nopidfile --config-file="$work/bus.conf" &
	bus_pid=$!
	until_true 5 test -S "$work/bus"
	chmod 777 "$work/bus"
}

# The daemon tells READY=1 to this socket; its log has a line then, too.
start() {
	: >"$work/log"
	# shellcheck disable=SC2086 # the wrapper has arguments
	$WRAPPER "$SMCD" --config-root="$work/root" --plugin-dir="$PLUGINS" 2>>"$work/log" &
	pid=$!
	until_true 10 grep -q "devices: .* problems: " "$work/log"
}

stop() {
	local status=0
	kill "-${1:-TERM}" "$pid"
	wait "$pid" || status=$?
	pid=''
	return $status
}

property() { busctl get-property "${MANAGER[@]}" "$1"; }
device_property() { busctl get-property org.smcd1 "/org/smcd1/device/$1" org.smcd1.Device "$2"; }
reload() { busctl call "${MANAGER[@]}" Reload 2>&1; }
set_priority() {
	busctl call org.smcd1 "/org/smcd1/device/$1" org.smcd1.Device SetPriority "ua{sv}" "$2" \
		"${@:3}" 2>&1
}
# device METHOD DEVICE OPTIONS...: calls a method of a device that has options only
device() {
	busctl call org.smcd1 "/org/smcd1/device/$2" org.smcd1.Device "$1" "a{sv}" "${@:3}" 2>&1
}
no_problems() { [ "$(property Problems)" = "as 0" ]; }
refused_twice() { [ "$(grep -c nonsense "$work/log")" -ge 2 ]; }
names_are() { [ "$(names)" = "$1" ]; }
names() { find "$devices" -type f ! -name '.*' -printf '%f\n' | sort | tr '\n' ' '; }
steps() {
	sed '/enumerate/d' "$devices/.steps" 2>/dev/null | tr '\n' ';'
	: >"$devices/.steps"
}
say() { printf '%s\n' "$@" >"$etc/smcd.yaml"; }

# manager METHOD OPTIONS...: calls a method of the manager that has options only
manager() { busctl call "${MANAGER[@]}" "$1" "a{sv}" "${@:2}" 2>&1; }

# edit DEVICE SED-COMMAND: changes it behind the daemon's back.
edit() {
	sed "$2" "$devices/$1" >"$devices/.edited"
	mv "$devices/.edited" "$devices/$1"
}

policy() {
	say 'plugins: [memory]' 'ueids: []' 'devices:' '  loopback0:' '    kind: loopback' \
		'  ism0:' '    kind: ism-emu' '    chid: 0x1234'
}

# The end of a test, with the daemon running.
finish() {
	local before status=0
	before=$(names)
	stop || status=$?
	is "SIGTERM ends it well" "$status" 0
	is "and leaves the devices" "$(names)" "$before"
	echo "1..$tests"
	[ $failures = 0 ]
}

start_bus
