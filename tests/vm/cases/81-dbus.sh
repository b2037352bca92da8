# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The bus: introspection is what org.smcd1.xml says, changes are signalled, bad
# calls are refused.
# timeout: 120
# shellcheck source=../lib.sh
. "$BED_LIB"
# shellcheck source=../softism.sh
. "${BED_LIB%/*}/softism.sh"

xml=/usr/share/dbus-1/interfaces/org.smcd1.xml
device=/org/smcd1/device/loopback0

# members INTERFACE: of XML on stdin, one "kind name type access" a line, sorted
members() {
	tr '\n' ' ' | sed 's/<!--[^>]*-->//g; s/</\n</g' | awk -v want="$1" '
		function value(name) {
			if (!match($0, " " name "=\"[^\"]*\""))
				return ""
			return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
		}
		/^<interface/ { inside = value("name") == want }
		/^<\/interface/ { inside = 0 }
		inside && /^<(method|signal)/ { method = value("name"); print "method", method }
		inside && /^<arg/ { print "arg", method, value("direction"), value("type") }
		inside && /^<property/ { print "property", value("name"), value("type"), value("access") }
	' | sort
}

# introspect PATH
introspect() {
	busctl call -j org.smcd1 "$1" org.freedesktop.DBus.Introspectable \
		Introspect | sed 's/\\n/\n/g; s/\\"/"/g; s/\\t/ /g'
}

call() {
	busctl call org.smcd1 "$@"
}

fails_with() {
	local words=$1
	shift
	! "$@" >/tmp/out 2>&1 && cat /tmp/out && grep -F "$words" /tmp/out
}

policy 100 "$emulation_policy"
smcd_start
for interface in Manager Device; do
	path=/org/smcd1
	[ $interface = Device ] && path=$device
	at_least "members of $interface described" \
		"$(members org.smcd1.$interface <$xml | wc -l)" 10
	is "$(members org.smcd1.$interface <$xml)" \
		"$(introspect $path | members org.smcd1.$interface)" \
		"introspection of $interface is what the file says"
done

busctl monitor --match "sender='org.smcd1'" >/tmp/signals 2>&1 &
monitor=$!
sleep 1
ok "SetPriority" call $device org.smcd1.Device SetPriority 'ua{sv}' 444 0
softism-genl new kind=loopback name=extra >/dev/null
ok "a device made by others appears" wait_for 5 \
	busctl get-property org.smcd1 /org/smcd1/device/extra org.smcd1.Device Managed
is "b false" "$(busctl get-property org.smcd1 /org/smcd1/device/extra \
	org.smcd1.Device Managed)" "and is not managed"
softism-genl del name=extra >/dev/null
ok "and disappears" wait_for 5 sh -c \
	'! busctl get-property org.smcd1 /org/smcd1/device/extra org.smcd1.Device Name'
kill $monitor
ok "PropertiesChanged was signalled" grep -q PropertiesChanged /tmp/signals
ok "with the new priority" grep -q 'UINT32 444' /tmp/signals
ok "InterfacesAdded was signalled" grep -q InterfacesAdded /tmp/signals
ok "InterfacesRemoved was signalled" grep -q InterfacesRemoved /tmp/signals
is "u 444" "$(busctl get-property org.smcd1 $device org.smcd1.Device Priority)" \
	"the property has the new priority"

ok "out of range" fails_with "65535" \
	call $device org.smcd1.Device SetPriority 'ua{sv}' 65536 0
ok "unknown option" fails_with "colour" \
	call $device org.smcd1.Device SetPriority 'ua{sv}' 5 1 colour s red
ok "wrong type" fails_with "" \
	call $device org.smcd1.Device SetPriority 's' five
ok "no such device" fails_with "x" \
	call /org/smcd1 org.smcd1.Manager GetDevice s x
is "u 444" "$(busctl get-property org.smcd1 $device org.smcd1.Device Priority)" \
	"the priority is as it was"
ok "statistics of a device" call $device org.smcd1.Device Statistics 'a{sv}' 0
ok "statistics of the kernel" call /org/smcd1 org.smcd1.Manager Statistics 'a{sv}' 0
ok "the devices" call /org/smcd1 org.smcd1.Manager ListDevices

ok "the device is deleted by hand" softism-genl del name=ismemu1
ok "and is made again" wait_for 10 softism-genl get name=ismemu1
ok "D-Bus goes away and comes back" systemctl restart dbus
ok "the daemon is there again" wait_for 15 smcctl status
done_testing
