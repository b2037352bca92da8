# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# softism's recipe, in a root with dkms: for a kernel, for a newer one as soon
# as its headers come, not for one that takes no such module, and without it.
# Given: VERSION of softism, kernels OLD and NEW, and OTHER, which takes none.
# shellcheck source=../lib.sh
. "$BED_LIB"

recipe=softism/$VERSION

installed_at() { # KERNEL
	modinfo -k "$1" -F filename softism 2> /dev/null
}

built_for() { # KERNEL
	is "/lib/modules/$1/updates/dkms/softism.ko" "$(installed_at "$1")" \
		"softism for $1 is where modprobe finds it"
	is "$1" "$(modinfo -k "$1" -F vermagic softism | cut -d ' ' -f 1)" "and is made for it"
	is "$VERSION" "$(modinfo -k "$1" -F version softism)" "and of this version"
}

ok "dkms takes the recipe" dkms add "$recipe"
is "$recipe: added" "$(dkms status)" "and has built nothing"
ok "dkms builds and installs for $OLD" dkms install "$recipe" -k "$OLD"
built_for "$OLD"

is "" "$(installed_at "$NEW")" "there is no softism for $NEW"
ok "upgrade: the headers of $NEW" sh -c 'dpkg -i /run/bed/upgrade/*.deb'
built_for "$NEW"
built_for "$OLD"
cp -a --parents "/lib/modules/$NEW/updates" /run/out

ok "the hook for headers of $OTHER" run-parts --arg="$OTHER" /etc/kernel/header_postinst.d
is "" "$(installed_at "$OTHER")" "passes over softism"
refusal=$(dkms install "$recipe" -k "$OTHER" 2>&1)
is 77 "$?" "dkms refuses softism for $OTHER"
like BUILD_EXCLUSIVE "$refusal" "and says why"

ok "the hook for the removal of kernel $OLD" run-parts --arg="$OLD" /etc/kernel/prerm.d
is "" "$(installed_at "$OLD")" "softism has gone with it"
built_for "$NEW"

ok "dkms removes the recipe" dkms remove "$recipe" --all
is "" "$(find /lib/modules -name 'softism*')" "no softism is left"
is "" "$(grep -l softism /lib/modules/*/modules.dep)" "and depmod knows of none"
is "" "$(dkms status)" "dkms knows of none"
done_testing
