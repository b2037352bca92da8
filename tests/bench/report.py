# SPDX-License-Identifier: GPL-2.0-or-later
"""What the lines of run-guest.sh say: rows, their medians, spreads and ratios. Pure."""

import math
import statistics
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Workload:
    """One kind of measurement; of what is `lower`, less is better."""
    name: str
    unit: str
    lower: bool
    text: str


WORKLOADS = {workload.name: workload for workload in (
    Workload("rate", "msg/s", False, "messages of 100 bytes, one at a time (as ipc-bench)"),
    Workload("latency", "us", True, "one way, 14 bytes (sockperf ping-pong)"),
    Workload("latency100", "us", True, "the same, 100 bytes"),
    Workload("bandwidth", "MB/s", False, "messages of 64000 bytes (sockperf throughput)"),
    Workload("stream", "Gbit/s", False, "iperf3, 128 KiB a write"),
    Workload("stream64", "MB/s", False, "64 KiB a write"),
    Workload("http", "req/s", False, "nginx and wrk, a small file, 4 connections"),
    Workload("redis", "req/s", False, "redis-benchmark, SET and GET"),
    Workload("connect", "conn/s", False, "set up, a byte each way, close"),
    Workload("many", "msg/s", False, "1000 connections, 64 bytes to and fro, in turns"),
    Workload("memory", "KiB", True, "of the kernel, for a connection in use"),
)}
TRANSPORTS = {"tcp": "TCP loopback", "unix": "UNIX sockets", "copy": "softism, copy",
              "nocopy": "softism, no copy", "lo": "in-tree lo"}
BASES = ("tcp", "unix")


class Malformed(Exception):
    """What the guest printed is not what it was asked for; the text quotes it."""


@dataclass(frozen=True)
class Plan:
    """What is to be measured; run-guest.sh reads it as shell."""
    rounds: int
    millis: int
    buffer: str
    workloads: tuple
    transports: tuple
    cpus: int
    pin: str = ""       # where clients and servers run: "together", "apart", or "": anywhere

    def shell(self):
        return (f"rounds={self.rounds} millis={self.millis} buffer={self.buffer} "
                f'cpus={self.cpus} pin={self.pin}\nworkloads="{" ".join(self.workloads)}"\n'
                f'transports="{" ".join(self.transports)}"\n')


@dataclass
class Row:
    """What one transport did in one workload: numbers by round, and by transport the ratios of
    each round to what that one did in the same round"""
    workload: Workload
    transport: str
    values: dict = field(default_factory=dict)
    ratios: dict = field(default_factory=dict)

    @property
    def median(self):
        return statistics.median(self.values.values())

    def ratio(self, base):
        """The median of the ratios, or None"""
        return statistics.median(self.ratios[base]) if self.ratios.get(base) else None

    def gain(self, base):
        """How many times as good as `base`: where less is better, the inverse of the ratio"""
        ratio = self.ratio(base)
        return 1 / ratio if ratio and self.workload.lower else ratio


@dataclass
class Report:
    """What was measured in one boot. Keys of rows and skipped are (workload, transport), of
    refused (round, workload, transport); their values are words."""
    bed: str
    kernel: str
    plan: Plan
    about: list = field(default_factory=list)   # (key, words)
    rows: dict = field(default_factory=dict)
    skipped: dict = field(default_factory=dict)
    refused: dict = field(default_factory=dict)
    firsts: dict = field(default_factory=dict)

    @property
    def release(self):
        """The kernel's, as uname -r says"""
        return dict(self.about).get("kernel", self.kernel)

    def row(self, workload, transport):
        """One that has values, or None"""
        row = self.rows.get((workload, transport))
        return row if row and row.values else None


def _number(text):
    number = float(text)
    if not math.isfinite(number) or number <= 0:
        raise ValueError(f"{text} is no measurement")
    return number


def _place(report, round_text, workload, transport):
    """The key of a measurement that was asked for, and that is the first of its kind."""
    number = int(round_text)
    if not 1 <= number <= report.plan.rounds:
        raise ValueError(f"round {number} of {report.plan.rounds}")
    _check_asked(report, workload, transport)
    row = report.rows.get((workload, transport))
    if (number, workload, transport) in report.refused or (row and number in row.values):
        raise ValueError("it is there already")
    report.firsts.setdefault((workload, number), transport)
    return number, workload, transport


def _check_asked(report, workload, transport):
    if workload not in report.plan.workloads or transport not in report.plan.transports:
        raise ValueError(f"nobody asked for {workload} over {transport}")


def _take(report, what, words):
    if what == "about":
        key, *rest = words
        report.about.append((key, " ".join(rest)))
    elif what == "value":
        *place, text = words
        number, workload, transport = _place(report, *place)
        row = report.rows.setdefault((workload, transport),
                                     Row(WORKLOADS[workload], transport))
        row.values[number] = _number(text)
    elif what == "skip":
        workload, transport, *rest = words
        _check_asked(report, workload, transport)
        report.skipped[workload, transport] = " ".join(rest)
    elif what == "refused":
        report.refused[_place(report, *words[:3])] = " ".join(words[3:])


def is_line(line):
    """Whether a line of the guest's is one of its report"""
    return line.startswith(("about ", "value ", "skip ", "refused "))


def _check_complete(report):
    """Zero is no measurement, and neither is silence."""
    for workload in report.plan.workloads:
        for transport in report.plan.transports:
            skipped = (workload, transport) in report.skipped
            row = report.row(workload, transport)
            for number in range(1, report.plan.rounds + 1):
                said = (row is not None and number in row.values
                        or (number, workload, transport) in report.refused)
                if said and skipped:
                    raise Malformed(f"{workload} over {transport} is skipped, and measured")
                if not said and not skipped:
                    raise Malformed(f"nothing is said of {workload} over {transport} in round "
                                    f"{number}")


def _check_turns(report):
    """Who is first may be slower, or faster: it must not always be the same one."""
    if report.plan.rounds < len(report.plan.transports):
        return
    for workload in report.plan.workloads:
        measured = [transport for transport in report.plan.transports
                    if (workload, transport) not in report.skipped]
        firsts = {transport for (name, _), transport in report.firsts.items() if name == workload}
        if len(measured) > 1 and len(firsts) == 1:
            raise Malformed(f"{workload}: {firsts.pop()} is the first in every round")


def _add_ratios(report):
    for (workload, _), row in report.rows.items():
        for base in BASES:
            other = report.row(workload, base)
            if other and other is not row:
                row.ratios[base] = [value / other.values[number]
                                    for number, value in row.values.items()
                                    if number in other.values]


def compare(row, other):
    """The ratios of two rows of one workload, of each round that both have"""
    return [value / other.values[number] for number, value in row.values.items()
            if number in other.values]


def parse(lines, bed, kernel, plan):
    """A Report; Malformed if a line is not one, or is missing."""
    report = Report(bed, kernel, plan)
    for line in filter(is_line, lines):
        what, *words = line.split()
        try:
            _take(report, what, words)
        except (ValueError, TypeError) as error:
            raise Malformed(f"a line of the guest's is wrong: {line}: {error}") from error
    _check_complete(report)
    _check_turns(report)
    _add_ratios(report)
    return report
