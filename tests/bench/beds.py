# SPDX-License-Identifier: GPL-2.0-or-later
"""Where tests/bench/run measures: beds, what each can tell, and the lines of their guests."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import bed
import cache
import flavour
import guest
import report

AF_SMC = 43
SCRIPT = bed.HERE / "run-guest.sh"
PROGRAMS = ("bench-sockets", "smc-genl", "smc-traffic", "softism-genl")
# Not in the guest's image
PACKAGES = ("sockperf",)


@dataclass(frozen=True)
class Bed:
    """`silence`: no measurement takes so many seconds, however slow the machine is."""
    cpus: int
    seconds: float
    silence: int
    note: str


BEDS = {
    "timed": Bed(2, 2, 300, """Time in a VM with two emulated CPUs. What it tells: how transports
        compare by their calls, wake-ups and copies, for an emulated CPU needs its time for each
        instruction, as a real one does. What it cannot tell: figures of a real CPU, its caches,
        and what locks and signals between CPUs cost; and it is disturbed by whatever else the
        machine does."""),
    "instructions": Bed(1, 0.2, 900, """One emulated CPU, each instruction of which takes a
        nanosecond. What it tells: the length of paths, the same in each run, whatever else the
        machine does. What it cannot tell: caches, locks, and what two CPUs do at once. A copy
        counts for one instruction a word, and with --erms, as QEMU has it, for one a byte: both
        are more than on a real CPU, and how far the two differ tells how much copies weigh."""),
    "native": Bed(1, 0, 0, """The devices alone, in User Mode Linux at the speed of this machine's
        own CPU. What it tells: what a move of data costs with real copies and caches. What it
        cannot tell: sockets, for a system call takes 60 times as long there; and it has one
        CPU."""),
    "here": Bed(0, 2, 300, """This machine itself. What it tells: what its programs would gain.
        What it cannot tell: other machines; and it is disturbed by whatever else runs."""),
}


def note_of(name):
    return " ".join(BEDS[name].note.split())


def _module_of(stage, kernel, work):
    """The stage has the module of the stock kernel; another needs its own."""
    shutil.rmtree(stage / "lib/modules")
    headers = kernel.headers()
    release = (headers / "include/config/kernel.release").read_text(encoding="ascii").strip()
    target = stage / "lib/modules" / release / "updates"
    target.mkdir(parents=True)
    shutil.copy(bed.build_module(headers, bed.TOP / "kmod", work / "kmod"), target)


def _stage(kernel, work):
    """What goes over the guest's root: smcd as it is now, and what the image has not"""
    stage = work / "stage"
    shutil.copytree(bed.stage_of_tree("run"), stage, symlinks=True)
    if kernel is not flavour.STOCK:
        _module_of(stage, kernel, work)
    bed.add_packages(stage, *PACKAGES)
    return stage


def _programs(plan, work):
    directory = work / "bin"
    directory.mkdir()
    for name in PROGRAMS:
        bed.add_program(directory, name)
    (directory / "plan").write_text(plan.shell(), encoding="ascii")
    return directory


class Progress:
    """Tells on stderr what is being measured, and passes on what is no line of the report."""

    def __init__(self, plan):
        self._rounds = plan.rounds
        self._place = None

    def __call__(self, line):
        words = line.split()
        if not report.is_line(line):
            if words and not line.startswith("#"):
                print(line, file=sys.stderr)
        elif words[0] in ("value", "refused") and words[1:3] != self._place:
            self._place = words[1:3]
            cache.say(f"round {words[1]} of {self._rounds}: {words[2]}")


def _boot(options, built, shares, work):
    if options.bed == "timed":
        return guest.restored(built, BEDS["timed"].cpus, shares, work / "console")
    # QEMU's "max" has erms and fsrm, which the bed takes off otherwise.
    cpu = {"cpu": "max"} if options.erms else {}
    return bed.booted(bed.counting(built, shares, **cpu), work / "console", 5)


def _lines_of_vm(options, kernel, plan):
    built = guest.build(flavour.FLAVOURS[kernel])
    with tempfile.TemporaryDirectory(prefix="smcd-bench-") as directory:
        work = Path(directory)
        shares = {"stage": _stage(built.flavour, work), "tests": bed.TOP / "tests/vm",
                  "bin": _programs(plan, work)}
        with cache.progress(f"measuring with the kernel {kernel} in {plan.rounds} rounds"), \
                _boot(options, built, shares, work) as vm:
            return bed.run_guest(vm, SCRIPT, BEDS[options.bed].silence, Progress(plan))


def _check_here():
    """Refuses where it could not work, and says what to do."""
    if os.geteuid() != 0:
        raise cache.BedError("--bed here changes devices, PNETIDs and buffer sizes of this machine "
                             "while it runs: it needs root")
    try:
        socket.socket(AF_SMC, socket.SOCK_STREAM, 0).close()
    except OSError as error:
        raise cache.BedError(f"this kernel, {os.uname().release}, has no SMC sockets "
                             f"({error.strerror}): it needs CONFIG_SMC, and `modprobe smc` to "
                             "succeed") from error
    if subprocess.run(["modprobe", "--dry-run", "softism"], check=False, stdin=subprocess.DEVNULL,
                      capture_output=True).returncode != 0:
        raise cache.BedError(f"softism is not installed for the kernel {os.uname().release}: see "
                             "\"Install it\" in README")
    if not shutil.which("smcctl"):
        raise cache.BedError("smcctl, which brings programs to SMC, is not installed: see "
                             "\"Install it\" in README")


def _lines_of_here(plan):
    _check_here()
    watch = Progress(plan)
    with tempfile.TemporaryDirectory(prefix="smcd-bench-") as directory:
        programs = _programs(plan, Path(directory))
        lines = []
        with cache.progress(f"measuring in {plan.rounds} rounds"), \
                subprocess.Popen(["bash", SCRIPT, programs / "plan"], stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, text=True, errors="replace") as script:
            for line in script.stdout:
                lines.append(line.rstrip("\n"))
                watch(lines[-1])
        if script.returncode != 0:
            raise cache.BedError(f"{SCRIPT.name} failed:\n" + "\n".join(lines[-40:]))
    return lines


def _about(options, load):
    yield f"about host {bed.cpu_model()}, {os.cpu_count()} CPUs, load before the start {load:.2f}"
    if options.bed != "here":
        copies = ", copies by erms" if options.erms else ""
        yield f"about vm {bed.qemu()}, CPUs: {BEDS[options.bed].cpus}{copies}"


def measure(options, kernel, plan):
    """The Report of one boot"""
    load = os.getloadavg()[0]
    lines = _lines_of_here(plan) if kernel == "here" else _lines_of_vm(options, kernel, plan)
    try:
        return report.parse([*_about(options, load), *lines], options.bed, kernel, plan)
    except report.Malformed as error:
        raise cache.BedError(str(error)) from error
