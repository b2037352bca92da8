#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Compares the actions that the daemon asks polkit about with those that polkit, the manual and the
# description of the interfaces know; and looks at what is let through to handlers without.
#
# Environment: CONF, the directory conf; the other files are next to it. Says TAP.
set -euo pipefail

: "${CONF:=${srcdir:-.}/conf}"
top=$CONF/..
tests=0 failures=0

# is NAME EXPECTED REAL
is() {
	tests=$((tests + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tests - $1"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $1"
		diff <(echo "$2") <(echo "$3") | sed 's/^/# /' || true
	fi
}

# The actions, however each of the files writes them
asked=$(grep -oh 'BUS_NAME "\.[a-z-]*"' "$top"/smcd/*.c | sed 's/.*"\.\(.*\)"/org.smcd1.\1/' | sort -u)
installed=$(sed -n 's/.*<action id="\(.*\)">.*/\1/p' "$CONF/org.smcd1.policy" | sort)
manual=$(sed -n '/^\.Sh AUTHORIZATION/,/^\.Sh ERRORS/s/^\.It Sy //p' "$top/man/org.smcd1.5" |
	sed 's/\\-/-/g' | sort)
described=$(grep -o 'org\.smcd1\.[a-z][a-z-]*' "$top/smcd/org.smcd1.xml" | sort -u)

is "there are actions" yes "$([ "$(wc -l <<<"$asked")" -ge 6 ] && echo yes)"
is "polkit knows each of them, once, and no other" "$asked" "$installed"
is "so does org.smcd1(5)" "$asked" "$manual"
is "so does org.smcd1.xml" "$asked" "$described"
# Without a word of an administrator's rules nobody but root may do anything.
is "as installed, each needs the password of an administrator" \
	"$(for _ in $installed; do echo auth_admin auth_admin auth_admin_keep; done)" \
	"$(sed -n 's|.*<allow_[a-z]*>\(.*\)</allow_[a-z]*>.*|\1|p' "$CONF/org.smcd1.policy" |
		paste -d ' ' - - -)"

# Each method that is let through to everybody asks, but those that only read.
readers='FallbackReasons GetDevice Identities ListConnections ListDevices Statistics Statistics'
askers='AddPNETID AddUEID Apply Confirm CreateDevice Delete DeletePNETID DeleteUEID Down Drain DryRun Reload'
askers+=' Rollback SetPriority SetSEID Settings Up Verify'
is "methods are those that ask and those that need not" \
	"$(tr ' ' '\n' <<<"$readers $askers" | sort)" \
	"$(sed -n 's/.*SD_BUS_METHOD[A-Z_]*("\([A-Za-z]*\)".*/\1/p' "$top"/smcd/*.c | sort)"
documented=$(sed -n '/^\.Sh AUTHORIZATION/,/^\.Sh ERRORS/s/^\.Ic //p' "$top/man/org.smcd1.5" |
	tr -d ',' | tr -s ' ' '\n' | sort)
is "the manual has an action for each that asks" "$(tr ' ' '\n' <<<"$askers" | sort)" "$documented"

# D-Bus lets each message have 16 descriptors; as many again are for all else.
questions=$(sed -n 's/^#define QUESTIONS_MAX \([0-9]*\).*/\1/p' "$top/smcd/bus-polkit.c")
limit=$(sed -n 's/^LimitNOFILE=//p' "$CONF/smcd.service.in")
is "descriptors of all calls that wait for polkit are no more than the daemon may have" yes \
	"$([ "$((limit))" -ge $((questions * 16 * 2)) ] && echo yes)"

echo "1..$tests"
exit $((failures > 0))
