# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The recipe softism-smc-lo, in a root with dkms: Debian's net/smc with
# loopback-ism takes the place of the one in the kernel's package, also of a newer
# kernel, and that one is back when it goes. What it refuses, it refuses in one line.
# Given: VERSION of the recipe, kernels OLD and NEW, and OTHER, which is softism's.
# shellcheck source=../lib.sh
. "$BED_LIB"

recipe=softism-smc-lo/$VERSION
source=linux-source-${NEW:0:4}

smc_is_in() { # KERNEL DIRECTORY
	is "/lib/modules/$1/$2/smc.ko.xz" "$(modinfo -k "$1" -F filename smc)" \
		"smc of $1 is in $2"
}

has_loopback() { # KERNEL
	xz -dc "$(modinfo -k "$1" -F filename smc)" | grep -q smc_lo_register_dmb
}

built_for() { # KERNEL
	smc_is_in "$1" updates/dkms
	ok "it has code for loopback-ism" has_loopback "$1"
	is "$1" "$(modinfo -k "$1" -F vermagic smc | cut -d ' ' -f 1)" "and is made for it"
}

packaged_for() { # KERNEL
	smc_is_in "$1" kernel/net/smc
	not_ok "it has no code for loopback-ism" has_loopback "$1"
}

# The modules of a kernel's package, which nobody may change
sums() { # KERNEL
	find "/lib/modules/$1/kernel" -type f -exec sha256sum {} + | sort
}

# refused NAME KERNEL LINE: by a line that is the whole of what we say
refused() {
	local output status=0
	output=$(dkms build "$recipe" -k "$2" 2>&1) || status=$?
	not_ok "$1: dkms fails" test "$status" -eq 0
	like "$3" "$(grep '^softism-smc-lo: ' <<< "$output")" "$1: it says what to do"
	is 1 "$(grep -c '^softism-smc-lo: ' "/var/lib/dkms/$recipe/build/make.log")" \
		"$1: in one line, which is in the log as well"
	is "" "$(dkms status "$recipe" -k "$2" | grep -E 'built|installed')" "$1: nothing is built"
}

# refused_alike NAME KERNEL LINE CONFIG...: a kernel of which we have headers that say so
refused_alike() {
	local name=$1 kernel=$2 line=$3 include=/lib/modules/$2/build/include
	mkdir -p "$include/config" "$include/generated"
	shift 3
	printf 'CONFIG_%s\n' "$@" > "$include/config/auto.conf"
	[ "$name" = "not of Debian" ] ||
		echo '#define LINUX_PACKAGE_ID " Debian 6.12.1-1"' > "$include/generated/package.h"
	refused "$name" "$kernel" "$line"
	rm -r "/lib/modules/$kernel"
}

installed_source() {
	dpkg-query -W -f '${Version}' "$source"
}

old_source=$(installed_source)
sums "$OLD" > /tmp/before
packaged_for "$OLD"

ok "dkms takes the recipe" dkms add "$recipe"
ok "dkms builds and installs for $OLD" dkms install "$recipe" -k "$OLD"
built_for "$OLD"

ok "upgrade: $NEW, its headers and its source" sh -c 'dpkg -i /run/bed/upgrade/*.deb'
built_for "$NEW"
built_for "$OLD"
cp -a --parents "/lib/modules/$NEW/updates" /run/out
ok "the hook for headers of $OTHER" run-parts --arg="$OTHER" /etc/kernel/header_postinst.d

ok "the hook for the removal of kernel $OLD" run-parts --arg="$OLD" /etc/kernel/prerm.d
packaged_for "$OLD"
is "$(cat /tmp/before)" "$(sums "$OLD")" "the files of its package are as before"
refused "newer source" "$OLD" \
	"$source is $(installed_source), the headers $old_source: apt-get install $source=$old_source\$"

ok "dkms removes the recipe" dkms remove "$recipe" --all
packaged_for "$NEW"
is "" "$(dpkg --verify "linux-image-$NEW")" "the kernel's package is whole"
is "" "$(find /lib/modules -path '*updates*')" "nothing else is left"
is "" "$(dkms status)" "dkms knows of none"

ok "dkms takes the recipe again" dkms add "$recipe"
ok "$source is removed" dpkg -r "$source"
refused "no source" "$NEW" "no /usr/src/$source.tar.xz: apt-get install $source=${NEW%%+*}"
refused "6.1" "$OTHER" "for Linux 6.10 to 6.17, not for $OTHER: install softism instead\$"
refused_alike "6.9" 6.9.12-amd64 'has no device for SMC-D: use Linux 6.10 or newer$' SMC=m
refused_alike "6.18" 6.18.0-amd64 'not for 6.18.0-amd64: install softism instead$' SMC=m
refused_alike "SMC_LO is on" 6.12.1-amd64 'has loopback-ism already: there is nothing to do$' \
	SMC=m SMC_LO=y
refused_alike "no SMC" 6.12.1-amd64 'has no module smc: use a kernel with CONFIG_SMC=m$' INET=y
refused_alike "SMC is no module" 6.12.1-amd64 'has no module smc: ' SMC=y
refused_alike "not of Debian" 6.12.1-amd64 'are not Debian.s: use a kernel of Debian$' SMC=m
done_testing
