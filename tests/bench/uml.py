# SPDX-License-Identifier: GPL-2.0-or-later
"""
A User Mode Linux with dibs: kernel code at the speed of this machine's own CPU.

One CPU only, and interrupts that are signals: what blocks them (a signal to the
receiver, the allocation of memory) costs far more than it does elsewhere.
"""

import contextlib
import os
import shlex
import shutil
import subprocess
from pathlib import Path

import cache
import sourcepackage

CONFIG = Path(__file__).resolve().parent / "uml.config"
MEMORY_MB = 1024
# What a build of a module outside of the tree reads
HEADERS = ["Makefile", "Module.symvers", ".config", "include", "scripts", "arch/um",
           "arch/x86/Makefile.um", "arch/x86/include", "arch/x86/um"]
NOT_UNPACKED = ["Documentation/*.rst", "drivers/gpu/*.[ch]", "sound/*.[ch]"]
# The share's path comes first. Paths of the guest are read-only but for /tmp.
START = """mount -t hostfs -o {share} none /mnt; mount -t proc proc /proc;
    mount -t sysfs sysfs /sys; mount -t tmpfs tmpfs /tmp; bash /mnt/script; echo exit=$?;
    echo o > /proc/sysrq-trigger; sleep 60"""


def _make_command(source, *words):
    return ["nice", "make", "-C", str(source), "ARCH=um", f"-j{os.cpu_count()}", *words]


def _unpack(archive, source):
    source.mkdir()
    excludes = [f"--exclude=*/{pattern}" for pattern in NOT_UNPACKED]
    cache.run(["tar", "-C", source, "--strip-components=1", "--anchored", "--wildcards",
               *excludes, "-xf", archive])


def _check_config(source):
    """An option that the kernel does not take any more would silently be off."""
    chosen = set((source / ".config").read_text(encoding="utf-8").splitlines())
    lost = [line for line in CONFIG.read_text(encoding="utf-8").splitlines()
            if line.startswith("CONFIG_") and line not in chosen]
    if lost:
        raise cache.BedError(f"{CONFIG.name}: the kernel does not accept {', '.join(lost)}")


def _make(fetch, target):
    source = target / "source"
    archive = fetch()
    with cache.progress(f"unpacking {archive}"):
        _unpack(archive, source)
    with cache.progress("building User Mode Linux (about 5 minutes on two CPUs)"):
        cache.run(_make_command(source, f"KCONFIG_ALLCONFIG={CONFIG}", "allnoconfig"))
        _check_config(source)
        cache.run(_make_command(source, "linux", "modules"))
    headers = target / "headers"
    headers.mkdir()
    cache.run(["cp", "-a", "--parents", *HEADERS, headers], cwd=source)
    shutil.copy(source / "linux", target)
    shutil.rmtree(source)


def kernel():
    """A directory with the program linux, and headers."""
    name, version, fetch = sourcepackage.newest_with_dibs()
    key = cache.hash_of(name, version, CONFIG, cache.run(["gcc", "--version"]), Path(__file__))
    return cache.entry("uml-kernel", key, lambda target: _make(fetch, target))


def _command(directory, root, share, memory_mb):
    """The kernel joins its arguments: what has blanks needs quotes of its own."""
    start = " ".join(START.format(share=share).split())
    return ["setpriv", "--pdeathsig=KILL", "--", directory / "linux", f"mem={memory_mb}M",
            f"ubd0r={root}", "root=/dev/ubda", "rootfstype=ext4", "ro", "seccomp=on", "ncpus=1",
            "quiet", "con=null", "con0=fd:0,fd:1", "init=/bin/bash", "--", "-c", f'"{start}"']


def run(directory, root, share, seconds, memory_mb=MEMORY_MB):
    """
    Boots the kernel with so much memory and the disk image `root`, and runs the file "script" of the directory
    `share`, which the guest has as /mnt: the lines that it prints. It must succeed in time.
    """
    environment = dict(os.environ, HOME=str(share), TMPDIR="/dev/shm")
    # Its console wants a descriptor that can be polled, and that stays open.
    idle, keep = os.pipe()
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, idle)
        stack.callback(os.close, keep)
        try:
            done = subprocess.run(_command(directory, root, share, memory_mb), stdin=idle,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                  errors="replace", timeout=seconds, env=environment, check=False)
        except subprocess.TimeoutExpired as error:
            raise cache.BedError(f"User Mode Linux did not end within {seconds} s") from error
    lines = done.stdout.splitlines()
    if "exit=0" not in lines:
        raise cache.BedError(f"{shlex.quote(str(share / 'script'))} failed in User Mode Linux:\n"
                             + "\n".join(lines[-40:]))
    return lines
