# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# How ./try and ./check begin: packages, build, a staged installation.
# Sets: top, build, stage, kdir. Expects `me`, the name for messages.

: "${me:?}"
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/smcd
# One build directory for each checkout, so that a second run is short.
build=$cache/build/$(printf %s "$top" | sha256sum | cut -c 1-12)
stage=$build/stage
export PATH=$PATH:/usr/sbin:/sbin DEBIAN_FRONTEND=noninteractive
# A new checkout is compiled from what one before has left, as far as it is the same.
export CCACHE_DIR=$cache/ccache CCACHE_MAXSIZE=1G
LISTS_OLD_DAYS=7
BUILDS_OLD_DAYS=30

say() {
	echo "$me: $*" >&2
}

# quietly WHAT COMMAND...: a step with its time; its output only if it fails
quietly() {
	local what=$1 log began=$SECONDS status=0
	shift
	log=$(mktemp)
	say "$what ..."
	"$@" > "$log" 2>&1 < /dev/null || status=$?
	if [ "$status" -eq 0 ]; then
		say "$what: done in $((SECONDS - began)) s"
	else
		cat "$log" >&2
		say "$what: FAILED with exit code $status after $((SECONDS - began)) s"
	fi
	rm -f "$log"
	return "$status"
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo --preserve-env=DEBIAN_FRONTEND "$@"
	fi
}

missing_packages() { # FILE
	local name
	while read -r name; do
		[ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2> /dev/null)" = installed ] ||
			echo "$name"
	done < <(grep -v '^#' "$1")
}

lists_are_fresh() {
	[ -n "$(find /var/lib/apt/lists -name '*_Packages*' -mtime "-$LISTS_OLD_DAYS" -print -quit)" ]
}

update_lists() {
	quietly "apt-get update" as_root apt-get -q -o DPkg::Lock::Timeout=300 update
}

install_packages() { # NAME...
	quietly "installing $*" as_root apt-get -q -y -o DPkg::Lock::Timeout=300 \
		--no-install-recommends install "$@"
}

need_packages() { # FILE: one a line
	local missing
	mapfile -t missing < <(missing_packages "$1")
	[ "${#missing[@]}" -gt 0 ] || return 0
	lists_are_fresh || update_lists || return
	# Lists may be younger than a week and know packages that are gone.
	install_packages "${missing[@]}" || { update_lists && install_packages "${missing[@]}"; }
}

# The VM's kernel must equal the headers. The archive drops old ones: follow it.
need_kernel() {
	"$top/tests/vm/bed" build-kernel && return
	say "trying again with the newest kernel of the archive"
	update_lists && install_packages linux-headers-amd64 && "$top/tests/vm/bed" build-kernel
}

configure_arguments() {
	printf '%s\n' --prefix=/usr --sysconfdir=/etc --localstatedir=/var \
		--libexecdir=/usr/libexec --libdir=/usr/lib/x86_64-linux-gnu \
		"CFLAGS=-g -O2 -Werror" "KDIR=$kdir"
}

need_configure() {
	local arguments
	if [ ! -x "$top/configure" ]; then
		(cd "$top" && quietly "autoreconf" autoreconf -fi) || return
	fi
	mapfile -t arguments < <(configure_arguments)
	if [ -f "$build/Makefile" ] && [ "$(cat "$build/arguments")" = "${arguments[*]}" ]; then
		return
	fi
	find "$build" -mindepth 1 -delete
	cd "$build" && quietly "configure" "$top/configure" "${arguments[@]}" || return
	echo "${arguments[*]}" > "$build/arguments"
}

forget_old_builds() {
	find "$cache/build" -mindepth 1 -maxdepth 1 -mtime "+$BUILDS_OLD_DAYS" -exec rm -rf {} +
}

# Only one run at a time may use the build directory. The lock ends with us.
lock_build() {
	mkdir -p "$build" || return
	touch "$build"
	forget_old_builds
	exec {build_lock}> "$build.lock"
	flock -n "$build_lock" && return
	say "waiting for another run in this checkout ..."
	flock "$build_lock"
}

# A tree that was configured in place, as README has it, builds nowhere else: all is done in a
# copy of it then.
need_copy() {
	local copy=$build.source
	[ -f "$top/config.status" ] || return 0
	rm -rf "$copy"
	mkdir "$copy" && tar -C "$top" --exclude='*.o' -c . | tar -C "$copy" -x &&
		quietly "make distclean, in a copy" make -C "$copy" distclean || return
	top=$copy
}

# compile ARGUMENT...: make, with a compiler that remembers
compile() {
	make CC="ccache gcc" "$@"
}

build_all() {
	need_configure || return
	quietly "make" compile -C "$build" -j"$(nproc)" || return
	rm -rf "$stage"
	quietly "make install" make -C "$build" install DESTDIR="$stage"
}

start() {
	[ "$(. /etc/os-release && echo "${VERSION_CODENAME-}")" = bookworm ] ||
		{ say "this needs Debian 12 (bookworm)"; return 1; }
	need_packages "$top/tests/packages" && lock_build && need_copy && need_kernel || return
	kdir=/usr/src/linux-headers-$("$top/tests/vm/bed" kernel-version) && build_all
}
