# SPDX-License-Identifier: GPL-2.0-or-later
"""Shows reports as text of at most 100 columns, as CSV and as JSON. Pure."""

import csv
import io
import textwrap
from dataclasses import asdict

import goals
import report

WIDTH = 100
LABEL, CELL, RATIO_CELL = 25, 15, 10
LONGEST = 300
SUFFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"))
CSV_HEAD = ("bed", "kernel", "release", "workload", "unit", "better", "transport", "rounds",
            "median", "least", "greatest", "by_tcp", "by_unix", "note")


def number(value, digits=4):
    """So many digits, that a column holds them"""
    if value >= 10 ** digits - 0.5:
        for factor, suffix in SUFFIXES:
            if value >= factor:
                return f"{value / factor:.{digits}g}{suffix}"
    return f"{value:.{digits}g}"


def _label(workload):
    return f"{workload.name}, {workload.unit}{' (less)' * workload.lower}"


def _cells(measured, workload, transport, notes):
    """The two lines of a cell"""
    row = measured.row(workload, transport)
    if row:
        values = row.values.values()
        return number(row.median), f"[{number(min(values), 3)} {number(max(values), 3)}]"
    words = measured.skipped.get((workload, transport))
    if words is None:
        return "refused", ""
    if words not in notes:
        notes.append(words)
    return f"- ({notes.index(words) + 1})", ""


def _values(measured, notes):
    transports = measured.plan.transports
    lines = ["median [least greatest]".ljust(LABEL)
             + "".join(f"{transport:>{CELL}}" for transport in transports)]
    for name in measured.plan.workloads:
        cells = [_cells(measured, name, transport, notes) for transport in transports]
        label = _label(report.WORKLOADS[name])
        lines.append(label.ljust(LABEL) + "".join(f"{cell[0]:>{CELL}}" for cell in cells))
        lines.append(" " * LABEL + "".join(f"{cell[1]:>{CELL}}" for cell in cells))
    return lines


def _ratio(measured, workload, transport, base):
    row = measured.row(workload, transport)
    ratio = row and row.ratio(base)
    return f"{ratio:.2f}" if ratio else "-"


def _ratios(measured):
    """By each base, what all others are"""
    columns = [(transport, base) for base in report.BASES if base in measured.plan.transports
               for transport in measured.plan.transports
               if transport not in report.BASES[:report.BASES.index(base) + 1]]
    lines = ["ratio, in the same round".ljust(LABEL)
             + "".join(f"{transport:>{RATIO_CELL}}" for transport, _ in columns),
             " " * LABEL + "".join(f"{'by ' + base:>{RATIO_CELL}}" for _, base in columns)]
    for name in measured.plan.workloads:
        lines.append(_label(report.WORKLOADS[name]).ljust(LABEL) + "".join(
            f"{_ratio(measured, name, *column):>{RATIO_CELL}}" for column in columns))
    return lines if columns else []


def _quotes(measured):
    quotes = goals.quotes_of(measured)
    if not quotes:
        return []
    lines = [f"{'by TCP loopback: LKML, December 2022':46}{'theirs':>10}{'ours':>10}"]
    for quote in quotes:
        lines.append(f"{quote.text + ', ' + quote.transport:46}{quote.theirs:+9.2f}%"
                     f"{quote.ours:+9.2f}%  {'reached' if quote.reached else 'NOT REACHED'}")
    return lines


def _goals(measured):
    lines = []
    for goal in goals.goals_of(measured):
        got = "not measured" if goal.got is None else f"{goal.got:.2f}"
        bound = "at most" if goal.lower else "at least"
        lines.append(f"{'met    ' if goal.met else 'NOT MET'}  {goal.text}: {got}, {bound} "
                     f"{goal.limit:.2f}")
    return lines


def _head(measured, note):
    plan = measured.plan
    head = (f"Bed {measured.bed}, kernel {measured.release}: {plan.rounds} "
            f"rounds, {plan.millis / 1000:g} s each, in turns"
            f"{'' if plan.rounds >= 5 else ' (too few to judge)'}.")
    lines = textwrap.wrap(head, WIDTH) + textwrap.wrap(note, WIDTH)
    return lines + [f"{key}: {words}" for key, words in measured.about if key != "kernel"]


def text(measured, note):
    """All of a report; `note` says what its bed can tell."""
    notes = []
    values = _values(measured, notes)
    legend = "; ".join(f"{name}: {report.TRANSPORTS[name]}" for name in measured.plan.transports)
    foot = [f"({index}) {words}" for index, words in enumerate(notes, 1)]
    refused = [textwrap.shorten(f"REFUSED round {round_}, {workload} over {transport}: {words}",
                                LONGEST, placeholder=" ...")
               for (round_, workload, transport), words in measured.refused.items()]
    parts = (_head(measured, note), values + foot, _ratios(measured) + [legend],
             _quotes(measured), _goals(measured), refused)
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _csv_row(measured, name, transport):
    workload = report.WORKLOADS[name]
    row = measured.row(name, transport)
    head = [measured.bed, measured.kernel, measured.release, name, workload.unit,
            "lower" if workload.lower else "higher", transport]
    note = "; ".join([measured.skipped.get((name, transport), "")]
                     + [words for key, words in measured.refused.items()
                        if key[1:] == (name, transport)]).strip("; ")
    if not row:
        return [*head, 0, "", "", "", "", "", note]
    values = row.values.values()
    ratios = [f"{row.ratio(base):.4f}" if row.ratio(base) else "" for base in report.BASES]
    return [*head, len(values), row.median, min(values), max(values), *ratios, note]


def as_csv(reports):
    """One line for each workload and transport"""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(CSV_HEAD)
    for measured in reports:
        for name in measured.plan.workloads:
            for transport in measured.plan.transports:
                writer.writerow(_csv_row(measured, name, transport))
    return stream.getvalue()


def _json_row(row):
    values = row.values.values()
    return {"workload": row.workload.name, "unit": row.workload.unit,
            "better": "lower" if row.workload.lower else "higher", "transport": row.transport,
            "values": row.values, "median": row.median, "least": min(values),
            "greatest": max(values),
            **{f"by_{base}": {"median": row.ratio(base), "ratios": ratios}
               for base, ratios in row.ratios.items() if ratios}}


def as_json(measured):
    """What json.dump() takes"""
    return {"bed": measured.bed, "kernel": measured.kernel,
            "release": measured.release,
            "about": [{"key": key, "words": words} for key, words in measured.about],
            "plan": asdict(measured.plan),
            "rows": [_json_row(row) for row in measured.rows.values() if row.values],
            "skipped": [{"workload": workload, "transport": transport, "reason": words}
                        for (workload, transport), words in measured.skipped.items()],
            "refused": [{"round": round_, "workload": workload, "transport": transport,
                         "reason": words}
                        for (round_, workload, transport), words in measured.refused.items()],
            "quoted": [asdict(quote) for quote in goals.quotes_of(measured)],
            "goals": [{**asdict(goal), "met": goal.met} for goal in goals.goals_of(measured)]}
