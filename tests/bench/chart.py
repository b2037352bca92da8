# SPDX-License-Identifier: GPL-2.0-or-later
"""A chart of reports, as a script for gnuplot: by how much better than TCP loopback. Pure."""

import report

WIDTH, PANEL = 1100, 380
# From here on, the lower ones would be too low to be compared.
LINEAR_UP_TO = 12
# Those of Okabe and Ito, which also the colour-blind can tell apart
COLOURS = {"unix": "#999999", "copy": "#e69f00", "nocopy": "#0072b2", "lo": "#56b4e9"}
GAP = 1
HEAD = """set terminal svg size {width},{height} font "sans-serif,12" background "#ffffff"
set multiplot layout {panels},1 title "{title}" noenhanced font ",11"
set style data histogram
set style histogram clustered gap {gap}
set style fill solid 1.0 noborder
set boxwidth 0.92 relative
set datafile missing "-"
set grid y linecolor "#cccccc"
set key outside bottom center horizontal noenhanced
set xtics nomirror scale 0 noenhanced
set ytics nomirror
set border 3
set ylabel "times as fast, or as small, as TCP"
"""


def _quoted(text):
    return text.replace("\\", "/").replace('"', "'")


def _bars(measured):
    return [name for name in measured.plan.transports
            if name in COLOURS and any(row.transport == name and row.gain("tcp")
                                       for row in measured.rows.values())]


def _gain(measured, workload, transport):
    row = measured.row(workload, transport)
    return row.gain("tcp") if row else None


def _data(name, measured, bars):
    lines = [f"${name} << END"]
    for workload in measured.plan.workloads:
        gains = [_gain(measured, workload, transport) for transport in bars]
        if any(gains):
            lines.append(f'"{workload}" ' + " ".join(f"{gain:.3f}" if gain else "-"
                                                  for gain in gains))
    return lines + ["END"]


def _plots(name, bars):
    """The bars, their figures above them, and what TCP has"""
    place = "($0 + ({}) / {:.1f})"
    plots = [f'${name} using {column}:xtic(1) title "{report.TRANSPORTS[bar]}" '
             f'linecolor rgb "{COLOURS[bar]}"' for column, bar in enumerate(bars, 2)]
    for column in range(2, len(bars) + 2):
        offset = column - 2 - (len(bars) - 1) / 2
        plots.append(f"${name} using {place.format(offset, len(bars) + GAP)}:{column}:"
                     f'(sprintf("%.2f", ${column})) with labels rotate by 90 left offset 0,0.3 '
                     'font ",9" notitle')
    plots.append('1 with lines linecolor rgb "#000000" linewidth 1.5 title "TCP loopback = 1"')
    return plots


def _panel(name, measured, bars):
    gains = [gain for workload in measured.plan.workloads for transport in bars
             if (gain := _gain(measured, workload, transport))]
    top = max(*gains, 1)
    scale = (["unset logscale y", f"set yrange [0:{top * 1.25:.2f}]"] if top <= LINEAR_UP_TO else
             ["set logscale y", f"set yrange [{min(*gains, 1) / 2:.4f}:{top * 3:.2f}]"])
    title = _quoted(f"bed {measured.bed}, kernel {measured.release}, buffers "
                    f"{measured.plan.buffer}")
    data = _data(name, measured, bars)
    scale.append(f"set xrange [-0.6:{len(data) - 2.4:.1f}]")
    return [*data, *scale, f'set title "{title}" noenhanced',
            "plot " + ", \\\n  ".join(_plots(name, bars))]


def script(reports, command):
    """For gnuplot, which prints SVG then; `command` is what made it. None if nothing was
    measured beside TCP loopback."""
    panels = [(measured, bars) for measured in reports if (bars := _bars(measured))]
    if not panels:
        return None
    lines = [HEAD.format(width=WIDTH, height=PANEL * len(panels) + 40, panels=len(panels),
                         gap=GAP, title=_quoted(command))]
    for index, (measured, bars) in enumerate(panels):
        lines += _panel(f"data{index}", measured, bars)
    return "\n".join(lines + ["unset multiplot", ""])
