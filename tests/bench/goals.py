# SPDX-License-Identifier: GPL-2.0-or-later
"""What a report has to reach: our goals, and the figures that SMC-D loopback is known by."""

import statistics
from dataclasses import dataclass

import report

# By how much medians of one and the same device differ from run to run
NOISE = 0.05
# Lines of the table that came with the proposal of SMC-D loopback (LKML, December 2022): per
# cent by which it is above TCP loopback. Of the first there is one figure only.
QUOTED = (
    ("rate", "ipc-bench, messages a second", {"copy": 102.0, "nocopy": 102.0}),
    ("bandwidth", "sockperf, bandwidth", {"copy": -0.15, "nocopy": 66.68}),
    ("latency", "sockperf, latency", {"copy": -47.28, "nocopy": -49.00}),
    ("stream", "iperf3", {"copy": 2.22, "nocopy": 88.64}),
    ("http", "nginx and wrk, requests", {"copy": 42.84, "nocopy": 46.63}),
)
# Where there is time, and two CPUs: on one that counts instructions, nothing is done at once.
TIMED = ("timed", "here")
# (workload, transport, by what, the ratio to reach: at most where less is better)
RATIOS = (
    ("stream64", "nocopy", "tcp", 3.0), ("stream64", "nocopy", "unix", 2.0),
    ("stream64", "copy", "tcp", 1.7), ("stream64", "copy", "unix", 1.0),
    ("latency", "copy", "tcp", 0.5), ("latency", "nocopy", "tcp", 0.5),
    ("latency100", "copy", "tcp", 0.5), ("latency100", "nocopy", "tcp", 0.5),
)


@dataclass
class Quote:
    """A line of the table, beside ours: per cent by which we differ from TCP loopback"""
    text: str
    transport: str
    theirs: float
    ours: float
    reached: bool


@dataclass
class Goal:
    """What was got, None if it could not be measured, must reach the limit."""
    text: str
    got: float
    limit: float
    lower: bool

    @property
    def met(self):
        if self.got is None:
            return False
        return self.got <= self.limit if self.lower else self.got >= self.limit


def quotes_of(measured):
    """Of what was measured"""
    quotes = []
    for workload, text, figures in QUOTED:
        for transport, theirs in figures.items():
            row = measured.row(workload, transport)
            if row and row.ratio("tcp"):
                ours = (row.ratio("tcp") - 1) * 100
                reached = ours <= theirs if row.workload.lower else ours >= theirs
                quotes.append(Quote(text, transport, theirs, ours, reached))
    return quotes


def _has(measured, workload, *transports):
    """Whether it was asked for; what a kernel cannot do at all is no goal there."""
    plan = measured.plan
    return (workload in plan.workloads and set(transports) <= set(plan.transports)
            and not ("nocopy" in transports and measured.kernel != "dibs"
                     and (workload, "nocopy") in measured.skipped))


def _ratio_goals(measured):
    for workload, transport, base, limit in RATIOS:
        if _has(measured, workload, transport, base):
            row = measured.row(workload, transport)
            yield Goal(f"{workload}: {transport} by {base}", row and row.ratio(base), limit,
                       report.WORKLOADS[workload].lower)


def _lo_goals(measured):
    """The device that, as lo, copies nothing must not be behind it anywhere."""
    for workload in measured.plan.workloads:
        if not _has(measured, workload, "nocopy", "lo"):
            continue
        ours, lo = measured.row(workload, "nocopy"), measured.row(workload, "lo")
        lower = report.WORKLOADS[workload].lower
        if not lo and (workload, "lo") in measured.skipped:
            continue
        ratios = report.compare(ours, lo) if ours and lo else []
        yield Goal(f"{workload}: nocopy not behind lo",
                   statistics.median(ratios) if ratios else None,
                   1 + NOISE if lower else 1 - NOISE, lower)


def goals_of(measured):
    """Of what was asked for, on that bed"""
    timed = _ratio_goals(measured) if measured.bed in TIMED else []
    return [*timed, *_lo_goals(measured)]
