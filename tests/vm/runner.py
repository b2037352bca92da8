# SPDX-License-Identifier: GPL-2.0-or-later
"""Runs cases, each in a VM of its own, and judges them."""

import re
import shlex
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import cache
import flavour
import guest
import leaks
import machine
import tap

CASE_JOB, DIAGNOSE_JOB = 1, 2
DEFAULT_TIMEOUT = 60
# A guest that needs longer than this for the diagnosis hangs.
DIAGNOSE_SECONDS = 20
NMI_SECONDS = 10
LOG_LINES = 40
DIAGNOSE = """
echo '--- processes'; ps -eo pid,ppid,stat,wchan:30,args --sort=pid | grep -v '\\]$'
echo '--- stacks'
for dir in /proc/[0-9]*; do
    [ -n "$(tr -d '\\0' < "$dir/cmdline")" ] || continue
    echo "${dir#/proc/} $(tr '\\0' ' ' < "$dir/cmdline" | head -c 120)"; cat "$dir/stack"
done
echo w > /proc/sysrq-trigger
"""
VERDICT = "cat /proc/sys/kernel/tainted; dmesg"
JOURNAL = """journalctl -q --no-pager -n 1000 --since @{since}
systemctl --failed --no-pager --no-legend"""
HEADER = re.compile(r"# (timeout|full-timeout|smp|reboot|kernel|full-kernel): *(\S.*)$")

_print_lock = threading.Lock()


@dataclass(frozen=True)
class Case:
    """A case file and what its header asks for."""
    path: Path
    timeout: float
    cpus: int
    reboot: bool
    kernels: tuple
    scale: str

    @property
    def name(self):
        return self.path.stem


def load_case(path, default_cpus, scale="short"):
    """scale "full": as large as the case can be, in its own time, on more kernels."""
    headers = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        if match := HEADER.match(line):
            headers[match[1]] = match[2].strip()
    timeout = headers.get("timeout", DEFAULT_TIMEOUT)
    kernels = headers.get("kernel", "stock").split()
    if scale == "full":
        timeout = headers.get("full-timeout", timeout)
        kernels += headers.get("full-kernel", "").split()
    try:
        case = Case(path, float(timeout),
                    int(headers.get("smp", default_cpus)), headers.get("reboot", "no") == "yes",
                    tuple(kernels), scale)
    except ValueError as error:
        raise cache.BedError(f"{path}: bad header: {error}") from error
    if case.cpus not in guest.CPU_COUNTS:
        raise cache.BedError(f"{path}: smp: {case.cpus} is not one of {guest.CPU_COUNTS}")
    if unknown := set(case.kernels) - flavour.FLAVOURS.keys():
        raise cache.BedError(f"{path}: kernel: {' '.join(unknown)} is none of "
                             f"{' '.join(flavour.FLAVOURS)}")
    return case


def _show(prefix, line):
    with _print_lock:
        print(f"{prefix}{line}", flush=True)


def case_script(path, environment):
    """A script for the agent that runs the file `path` of the host."""
    name = shlex.quote(f"/run/bed/{path.name}")
    exports = " ".join(f"{key}={shlex.quote(str(value))}" for key, value in environment.items())
    text = shlex.quote(path.read_text(encoding="utf-8"))
    return (f"mkdir -p /run/bed\nprintf %s {text} > {name}\n"
            f"export {exports} BED_LIB=/bed/tests/lib.sh PATH=$PATH:/bed/bin\nexec bash {name}\n")


def printed_problems(lines):
    """What is wrong with the JSON and the metrics that a case has printed, in words."""
    marked = [line for line in lines if line.startswith(("# json ", "# openmetrics "))]
    if not marked:
        return []
    checker = subprocess.run([Path(__file__).with_name("schema.py"), "case"], text=True,
                             input="\n".join(marked), stdout=subprocess.PIPE, check=False)
    problems = checker.stdout.splitlines()
    if checker.returncode and not problems:
        problems.append("schema.py has failed")
    return problems


class CaseRun:
    """One run of one case."""

    def __init__(self, case, built, shares, logs, prefix):
        self.case, self.built, self.shares, self.prefix = case, built, shares, prefix
        self.log = logs / case.name
        self.console = Path(f"{self.log}.console")
        self.lines = []
        self.troubles = []
        self.cpu_seconds = 0
        self.kernel_log = ""
        self._rest = b""
        self._timeout = case.timeout * built.flavour.patience
        self._start = int(time.time())
        self._end = None

    def _take_output(self, vm):
        data = self._rest + vm.take_output(CASE_JOB)
        *lines, self._rest = data.split(b"\n")
        for raw in lines:
            line = raw.decode(errors="replace")
            self.lines.append(line)
            _show(self.prefix, line)

    def _flush_output(self):
        if self._rest:
            self.lines.append(self._rest.decode(errors="replace"))
            _show(self.prefix, self.lines[-1])
        self._rest = b""

    def _wait(self, vm, boot):
        """The exit code of the case's script; None if the guest has booted again."""
        while vm.exit_code(CASE_JOB) is None and vm.hellos <= boot:
            left = self._end - time.monotonic()
            if left <= 0:
                raise machine.Timeout(f"timed out after {self._timeout:g} s")
            vm.pump(min(left, 1))
            self._take_output(vm)
        self._take_output(vm)
        self._flush_output()
        return vm.exit_code(CASE_JOB) if vm.hellos <= boot else None

    def _run_script(self, vm):
        """Runs the case's script to its end, over as many boots as that takes."""
        boot = 1
        while True:
            environment = {"BED_BOOT": boot, "BED_SMP": self.case.cpus,
                           "BED_PATIENCE": self.built.flavour.patience,
                           "BED_SCALE": self.case.scale}
            vm.start(CASE_JOB, case_script(self.case.path, environment))
            code = self._wait(vm, boot)
            if code is not None:
                return code
            boot += 1
            if self.lines[-1:] != [tap.REBOOT_MARK]:
                self.troubles.append("the guest was reset without bed_reboot")
                return 0
            guest.prepare(vm, boot)

    def _diagnose(self, vm):
        """After a time-out: what the guest was doing, or an NMI if it does not answer."""
        try:
            _, text = vm.call(DIAGNOSE, DIAGNOSE_SECONDS, DIAGNOSE_JOB)
            Path(f"{self.log}.stuck").write_text(text, encoding="utf-8")
        except machine.Timeout:
            self.troubles.append("the guest hangs: stack of the NMI in the console's log")
            vm.qmp("inject-nmi")
            vm.wait_end(NMI_SECONDS)

    def _ask_debug_kernel(self, vm):
        """Was lockdep on to the end, and did softism leak?"""
        text = vm.must(leaks.SCRIPT, leaks.SCRIPT_SECONDS)
        if not leaks.lockdep_is_on(text):
            self.troubles.append("lockdep is off: it proves nothing")
        found = leaks.sort(text)
        for report in found.others:
            _show(self.prefix, f"# a leak of the kernel's own:\n{report}")
        self.troubles += [f"kmemleak: {report}" for report in found.ours]

    def _ask_verdict(self, vm):
        if self.built.flavour.finds_bugs:
            self._ask_debug_kernel(vm)
        tainted, self.kernel_log = vm.must(VERDICT).split("\n", 1)
        if reason := tap.taint_reason(tainted):
            self.troubles.append(reason)

    def _drive(self, vm):
        if self.case.reboot:
            guest.prepare(vm, 1)
        self._end = time.monotonic() + self._timeout
        try:
            code = self._run_script(vm)
            if code != 0:
                self.troubles.append(f"the case's exit code is {code}")
            self._ask_verdict(vm)
        except machine.Timeout as error:
            self._flush_output()
            self.troubles.append(str(error))
            self._diagnose(vm)

    def _save_journal(self, vm):
        try:
            _, text = vm.call(JOURNAL.format(since=self._start), 15)
            Path(f"{self.log}.journal").write_text(text, encoding="utf-8")
        except (machine.Timeout, machine.GuestGone):
            pass

    def _judge(self):
        results = tap.parse(self.lines)
        # A failed test explains the exit code.
        for reason in self.troubles:
            if not (results.reasons and reason.startswith("the case's exit code")):
                results.blame(reason)
        for reason in printed_problems(self.lines):
            results.blame(reason)
        console = self.console.read_text(errors="replace") if self.console.exists() else ""
        if reason := tap.kernel_trouble(console) or tap.kernel_trouble(self.kernel_log):
            results.blame(f"kernel: {reason}")
        return results

    def _open(self, stack):
        start = guest.booted if self.case.reboot else guest.restored
        return stack.enter_context(start(self.built, self.case.cpus, self.shares, self.console))

    def run(self):
        """Runs and judges the case; every way to go wrong ends in the results."""
        vm = None
        with ExitStack() as stack:
            try:
                vm = self._open(stack)
                self._drive(vm)
                if self.troubles or tap.parse(self.lines).failed:
                    self._save_journal(vm)
            except machine.GuestGone as error:
                self._flush_output()
                self.troubles.append(f"the VM ended: {error}")
            except (cache.BedError, machine.Timeout) as error:
                self.troubles.append(str(error))
        self.cpu_seconds = vm.cpu_seconds if vm else 0
        Path(f"{self.log}.out").write_text("".join(f"{line}\n" for line in self.lines),
                                           encoding="utf-8")
        return self._judge()


class Suite:
    """A run of several cases side by side."""

    def __init__(self, cases, shares, jobs, keep_going):
        self.cases, self.shares, self.jobs, self.keep_going = cases, shares, jobs, keep_going
        self.results = {}
        self.seconds = {}
        self.cpu_seconds = {}
        self._stop = threading.Event()

    def _run_case(self, case, built, logs):
        if self._stop.is_set():
            return
        prefix = f"{case.name}: " if len(self.cases) > 1 else ""
        _show(prefix, f"# {'boots' if case.reboot else 'starts'}, {case.cpus} CPU(s)")
        start = time.monotonic()
        run = CaseRun(case, built, self.shares, logs, prefix)
        self.results[case] = run.run()
        self.cpu_seconds[case] = run.cpu_seconds
        self.seconds[case] = time.monotonic() - start
        if self.results[case].failed and not self.keep_going:
            self._stop.set()

    def restored_often(self):
        """Numbers of CPUs of snapshots that several cases start from."""
        often = Counter(case.cpus for case in self.cases if not case.reboot)
        return [cpus for cpus, cases in often.items() if cases > 1]

    def run(self, built, logs):
        """Those that may take long begin, so that none is left alone at the end."""
        queue = sorted(self.cases, key=lambda case: -case.timeout)
        with ThreadPoolExecutor(self.jobs) as pool:
            futures = [pool.submit(self._run_case, case, built, logs) for case in queue]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                self._stop.set()
                machine.kill_all()
                raise

    def show_logs(self, logs):
        """Prints the ends of the failed cases' logs, for where the files are out of reach."""
        for case in self.cases:
            if case not in self.results or not self.results[case].failed:
                continue
            for kind in ("journal", "stuck", "console"):
                path = logs / f"{case.name}.{kind}"
                if path.exists() and (lines := path.read_text(errors="replace").splitlines()):
                    print(f"--- {path.name}, its last lines")
                    print("\n".join(lines[-LOG_LINES:]))

    def summary(self, logs):
        """Prints the results; the last line has the totals, which it returns."""
        passed = sum(result.passed for result in self.results.values())
        failed = sum(result.failed for result in self.results.values())
        for case in self.cases:
            if result := self.results.get(case):
                print(f"{self.seconds[case]:6.1f} s, CPU {self.cpu_seconds[case]:5.1f} s  "
                      f"{'FAILED' if result.failed else 'ok    '}  "
                      f"{case.name}: {result.passed} passed, {result.failed} failed")
                for reason in result.reasons:
                    print(textwrap.indent(reason, " " * 19))
            else:
                print(f"{'':10}not run {case.name}")
        if failed:
            print(f"logs: {logs}")
        print(f"{passed} passed, {failed} failed")
        sys.stdout.flush()
        return passed, failed
