# SPDX-License-Identifier: GPL-2.0-or-later
"""What the benchmarks have in common: how they begin and end, their VMs, what these get."""

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import cache
import guest
import image
import machine
import runner

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
JOB = 1
# Programs of ours that guests need: their sources, and the libraries
PROGRAMS = {
    "bench-sockets": (["tests/bench/sockets/*.c"], []),
    "profile-mark": (["tests/bench/profile-mark.c"], []),
    "smc-genl": (["tests/vm/smc-genl.c", "tests/vm/netns.c"], ["libnl-genl-3.0"]),
    "smc-traffic": (["tests/vm/traffic*.c", "tests/vm/netns.c"], ["libmnl"]),
    "softism-genl": (["tests/vm/softism-genl*.c", "tests/vm/softism-request.c"], ["libmnl"]),
}
# Builds smcd as ./check does and prints where it was installed to
STAGE = 'start >&2 && echo "$stage"'
# What is in tests/bench/packages, for those who want it
INSTALL = 'need_packages "$top/tests/bench/packages" >&2'


def parser(name, doc):
    """One that has what all benchmarks have"""
    made = argparse.ArgumentParser(
        prog=f"tests/bench/{name}", description=doc,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="The exit code is 0 if all was measured, with --goals 1 if a goal is not met, "
               "and 2\nif something did not work.")
    made.add_argument("--goals", action="store_true", help="fail if a goal is not met")
    return made


def finish(name, main):
    """Runs main() and ends the program with what it returns, or 2 if something did not work."""
    try:
        sys.exit(main())
    except (cache.BedError, machine.GuestGone, machine.Timeout) as error:
        print(f"tests/bench/{name}: {error}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


def cpu_model():
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown"


def qemu():
    """Its name and version"""
    return image.qemu_version().splitlines()[0]


def _start(name, command):
    """What a command prints that knows the functions of tests/start.sh, or None if it fails"""
    script = f'set -u; . "$0/tests/start.sh"; {command}'
    done = subprocess.run(["bash", "-c", script, TOP], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, text=True, check=False,
                          env=dict(os.environ, me=f"tests/bench/{name}"))
    return done.stdout if done.returncode == 0 else None


def stage_of_tree(name):
    """What `make install` makes of this tree; `name` is the benchmark's."""
    stage = _start(name, STAGE)
    if stage is None:
        raise cache.BedError("smcd could not be built: see above")
    return Path(stage.strip())


def need_packages(name):
    """Installs what only the chart needs."""
    if _start(name, INSTALL) is None:
        raise cache.BedError("packages could not be installed: see above; or leave out --svg")


def _unpack_packages(names, target):
    archives = target / "archives"
    (archives / "partial").mkdir(parents=True)
    cache.run(["tar", "-C", target, "-xf", image.base(), "./var/lib/dpkg/status"])
    cache.run(["apt-get", "-y", "--no-install-recommends", "--download-only",
               "-o", f"Dir::State::status={target}/var/lib/dpkg/status",
               "-o", f"Dir::Cache::archives={archives}", "-o", "Debug::NoLocking=1",
               "install", *names])
    for package in archives.glob("*.deb"):
        cache.run(["dpkg-deb", "-x", package, target / "tree"])


def add_packages(stage, *names):
    """Unpacks Debian packages, and what of theirs the guest has not, into its stage."""
    key = cache.hash_of(*names, image.base().parent.name)
    packages = cache.entry("packages", key, lambda target: _unpack_packages(names, target))
    shutil.copytree(packages / "tree", stage, symlinks=True, dirs_exist_ok=True)


def add_program(directory, name):
    """Builds one of PROGRAMS into a directory."""
    patterns, libraries = PROGRAMS[name]
    flags = cache.run(["pkg-config", "--cflags", "--libs", *libraries]).split() if libraries else []
    sources = [path for pattern in patterns for path in sorted(TOP.glob(pattern))]
    cache.run(["cc", "-O2", "-Wall", "-pthread", "-o", directory / name, *sources, *flags])


def build_module(headers, source, work, *words):
    """Builds the module in `source`, which is left as it is; returns the .ko."""
    work.mkdir()
    for path in source.iterdir():
        if path.suffix in (".c", ".h") or path.name == "Kbuild":
            (work / path.name).symlink_to(path.resolve())
    cache.run(["make", "-C", headers, f"M={work}", f"-j{os.cpu_count()}", *words, "modules"])
    return next(work.glob("*.ko"))


def arguments(built, cpus, shares, **options):
    """QEMU's, where these options have other values: no snapshot is of that kind."""
    line = machine.arguments(built.files, cpus, shares)
    for name, value in options.items():
        line[line.index(f"-{name}") + 1] = str(value)
    return line


def counting(built, shares, **options):
    """Arguments of a VM with one CPU that counts instructions: each takes a nanosecond."""
    return arguments(built, 1, shares, accel="tcg,thread=single", **options) + [
        "-icount", "shift=0,sleep=off"]


@contextlib.contextmanager
def booted(line, console, patience):
    """A VM with such arguments, where the build is installed"""
    with machine.Machine(line, console, patience=patience) as vm:
        guest.prepare(vm, 1)
        yield vm


def run_guest(vm, script, seconds, watch=lambda line: None):
    """
    The lines that the file `script` prints in the VM, where it must succeed, and is never
    silent for so many seconds. Each is shown to `watch` at once.
    """
    vm.start(JOB, runner.case_script(script, {}))
    heard = time.monotonic()
    lines, rest, ended = [], b"", False
    while not ended:
        ended = vm.exit_code(JOB) is not None
        output = vm.take_output(JOB)
        *whole, rest = (rest + output).split(b"\n")
        for line in whole:
            lines.append(line.decode(errors="replace"))
            watch(lines[-1])
        if output:
            heard = time.monotonic()
        elif time.monotonic() > heard + seconds:
            raise machine.Timeout(f"{script.name} is silent; its last lines:\n"
                                  + "\n".join(lines[-10:]))
        if not ended:
            vm.pump(1)
    if vm.exit_code(JOB) != 0:
        raise cache.BedError(f"{script.name} failed in the VM:\n" + "\n".join(lines[-40:]))
    return lines
