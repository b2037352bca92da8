#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The text of smcctl metrics, by the parser of Prometheus' own library, and how it gets into files
# and over HTTP, with the daemon on a private bus with the plugin "memory".
#
# Environment: see daemon.sh. Says TAP.
set -euo pipefail
# shellcheck source=tests/unit/daemon.sh
. "$(dirname "$0")/daemon.sh"

if ! /usr/bin/python3 -c 'import jsonschema, prometheus_client' 2>/dev/null; then
	echo "1..0 # SKIP python3-jsonschema or python3-prometheus-client is not installed"
	exit 0
fi
checker=${XML%/smcd/*}/tests/vm/schema.py

# parses NAME FILE: it is OpenMetrics
parses() {
	if "$checker" openmetrics <"$2" >"$work/log" 2>&1; then pass "$1"; else fail "$1"; fi
}

# http REQUEST: what comes of it, in $work/answer
http() { printf '%b' "$1" | "$SMCCTL" metrics --http >"$work/answer" 2>"$work/errors"; }

test_parser() {
	"$PLUGINS/test-openmetrics" print >"$work/text"
	parses "labels with all that is special" "$work/text"
	sed -i '$d' "$work/text"
	if "$checker" openmetrics <"$work/text" >/dev/null; then
		fail "the parser does not miss the end"
	else
		pass "the parser misses the end"
	fi
}

test_text() {
	local status=0
	"$SMCCTL" metrics >"$work/text"
	parses "of the daemon" "$work/text"
	like "it has devices" "$(cat "$work/text")" 'smcd_device_priority{device="ism0"} 300'
	"$SMCCTL" metrics --textfile "$work/smcd.prom"
	parses "in a file" "$work/smcd.prom"
	is "nothing else is left" "$(find "$work" -name '*smcd.prom*' -printf '%f %m')" \
		"smcd.prom 644"
	"$SMCCTL" metrics --textfile "$work/none/smcd.prom" 2>"$work/errors" || status=$?
	like "a place that is not there" "$status $(cat "$work/errors")" \
		"1 smcctl: cannot write $work/none/smcd.prom: No such file or directory"
}

test_http() {
	http 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'
	like "HTTP" "$(head -n 2 "$work/answer")" \
		$'HTTP/1.1 200 OK\r\nContent-Type: application/openmetrics-text; version=1.0.0'
	sed '1,/^\r$/d' "$work/answer" >"$work/text"
	parses "over HTTP" "$work/text"
	is "its length is told" "$(sed -n 's/^Content-Length: \([0-9]*\)\r$/\1/p' "$work/answer")" \
		"$(wc -c <"$work/text")"
	http 'HEAD /metrics HTTP/1.1\r\n\r\n'
	is "HEAD has no text" "$(sed '1,/^\r$/d' "$work/answer")" ""
	http 'GET / HTTP/1.1\r\n\r\n'
	like "another page" "$(cat "$work/answer")" "HTTP/1.1 404 Not Found"
	http 'nonsense\r\n\r\n'
	like "no request" "$(cat "$work/answer")" "HTTP/1.1 400 Bad Request"
}

test_without_daemon() {
	local status=0
	stop TERM
	"$SMCCTL" metrics >"$work/text" 2>"$work/errors" || status=$?
	is "without the daemon" "$status $(wc -c <"$work/text")" "3 0"
	cp "$work/smcd.prom" "$work/before"
	"$SMCCTL" metrics --textfile "$work/smcd.prom" 2>/dev/null || true
	ok=$(cmp "$work/before" "$work/smcd.prom" && echo same)
	is "the file stays" "$ok" same
	http 'GET /metrics HTTP/1.1\r\n\r\n'
	like "over HTTP, too" "$(cat "$work/answer")" "HTTP/1.1 503 Service Unavailable"
	start
}

policy
start
test_parser
test_text
test_http
test_without_daemon
finish
