# SPDX-License-Identifier: GPL-2.0-or-later
"""What a kernel with lockdep and kmemleak is asked at the end of a case."""

import re
from dataclasses import dataclass, field

# Younger objects are no leaks yet, and what has changed since the scan before
# is none either: so two scans.
SCRIPT = """set -e
leaks=/sys/kernel/debug/kmemleak
[ -e $leaks ] || mount -t debugfs debugfs /sys/kernel/debug
grep debug_locks /proc/lockdep_stats
echo scan > $leaks
sleep 6
echo scan > $leaks
cat $leaks
"""
SCRIPT_SECONDS = 60
LOCKDEP_ON = re.compile(r"^ *debug_locks: +1$", re.MULTILINE)
REPORT = re.compile(r"^unreferenced object .*\n(?:[ \t].*\n?)*", re.MULTILINE)
FRAME = re.compile(r"^ +\[<[^>]*>\] (.*)$", re.MULTILINE)
# A frame that has no name is of a module that was unloaded: none but softism is.
OURS = re.compile(r"\[softism\]|\bsoftism_|^0x[0-9a-f]+$")


@dataclass
class Leaks:
    """Reports of kmemleak: those that softism has a part in, and others."""
    ours: list = field(default_factory=list)
    others: list = field(default_factory=list)


def sort(text):
    """The leaks in SCRIPT's output; those of one backtrace are shown once."""
    leaks = Leaks()
    seen = set()
    for report in REPORT.findall(text):
        frames = tuple(FRAME.findall(report))
        if frames in seen:
            continue
        seen.add(frames)
        ours = any(OURS.search(frame) for frame in frames)
        (leaks.ours if ours else leaks.others).append(report.rstrip())
    return leaks


def lockdep_is_on(text):
    """Lockdep stops at its first report, and when its tables are full."""
    return bool(LOCKDEP_ON.search(text))
