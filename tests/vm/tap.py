# SPDX-License-Identifier: GPL-2.0-or-later
"""What a case's output and the guest's kernel log say: TAP, and signs of trouble."""

import re
from dataclasses import dataclass, field

RESULT = re.compile(r"^(not )?ok\b(?: +(\d+))?(?: *-? *(.*))?$")
PLAN = re.compile(r"^1\.\.(\d+)\b")
REBOOT_MARK = "# bed: reboot"
# Out-of-tree and unsigned modules: softism is both.
TAINT_ALLOWED = 4096 | 8192

TROUBLE = re.compile(
    r"WARNING:|BUG:|\bOops\b|Kernel panic|general protection fault|KASAN|KFENCE|UBSAN|ODEBUG"
    r"|kmemleak: (?!Kernel memory leak detector init|Automatic memory|\d+ new suspected)"
    r"|unreferenced object|possible circular|possible recursive|inconsistent lock state"
    r"|possible irq lock inversion|suspicious (?:RCU|rcu_)|held lock freed|bad unlock balance"
    r"|hung task|blocked for more than|detected stall|soft lockup|hard LOCKUP|refcount_t:"
    r"|list_(?:add|del) corruption"
    r"|sleeping function called|scheduling while atomic|unregister_netdevice: waiting"
    r"|DEBUG_LOCKS_WARN|stack-protector|page allocation failure|Out of memory|segfault at")


@dataclass
class Results:
    """The sum of one case."""
    passed: int = 0
    failed: int = 0
    plan: int | None = None
    reasons: list = field(default_factory=list)

    def blame(self, reason):
        """Adds a failure that is not a test's own."""
        self.failed += 1
        self.reasons.append(reason)


def parse(lines):
    """The results of a complete TAP stream, all of its own mistakes included."""
    results = Results()
    seen = 0
    for line in lines:
        if plan := PLAN.match(line):
            if results.plan is not None:
                results.blame("more than one plan")
            results.plan = int(plan[1])
        elif match := RESULT.match(line):
            seen += 1
            _count(results, match, seen)
    if results.plan is None:
        results.blame("no plan: the case did not come to its end")
    elif results.plan != seen:
        results.blame(f"the plan says {results.plan} tests, {seen} were run")
    elif seen == 0:
        results.blame("no tests were run")
    return results


def _count(results, match, expected):
    text = match[3] or ""
    if match[2] and int(match[2]) != expected:
        results.blame(f"test number {match[2]} where {expected} was due")
    if match[1]:
        results.failed += 1
        results.reasons.append(f"not ok: {text}")
    elif re.search(r"# *(skip|todo)\b", text, re.IGNORECASE):
        results.failed += 1
        results.reasons.append(f"skipped: {text}")
    else:
        results.passed += 1


def kernel_trouble(log):
    """The first line of a kernel log that tells of a bug, else None."""
    for line in log.splitlines():
        if TROUBLE.search(line):
            return line.strip()
    return None


def taint_reason(text):
    """Why the content of /proc/sys/kernel/tainted is a failure, else None."""
    if not text.strip().isdigit():
        return f"the kernel's taint flags cannot be read: {text.strip()[:60]}"
    value = int(text)
    if value & ~TAINT_ALLOWED:
        return f"the kernel is tainted: {value & ~TAINT_ALLOWED} beyond out-of-tree and unsigned"
    return None
