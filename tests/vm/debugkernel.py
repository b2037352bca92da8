# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel with what finds bugs, built from Debian's source package by debug.defconfig."""

import os
import shutil
import subprocess
from pathlib import Path

import cache

SERIES = "6.1"
PACKAGE = f"linux-source-{SERIES}"
ARCHIVE = Path(f"/usr/src/{PACKAGE}.tar.xz")
CONFIG = Path(__file__).resolve().parent / "debug.defconfig"
NEEDED_BYTES = 2_500_000_000
PROGRESS_SECONDS = 30
# Large, and no file of them takes part in the build.
NOT_UNPACKED = ["Documentation/*.rst", "drivers/gpu/*.[ch]", "sound/*.[ch]"]
# What a build of a module outside of the tree reads
HEADERS = ["Makefile", "Module.symvers", ".config", "include", "scripts", "arch/x86/Makefile",
           "arch/x86/include", "tools/objtool/objtool"]


def _source_version():
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", PACKAGE],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0 or not ARCHIVE.is_file():
        raise cache.BedError(f"no {ARCHIVE}: install {PACKAGE}")
    return done.stdout


def _check_space(where):
    free = shutil.disk_usage(where).free
    if free < NEEDED_BYTES:
        raise cache.BedError(
            f"{where} has {free / 1e9:.1f} GB free, the build of the debug kernel needs "
            f"{NEEDED_BYTES / 1e9:.1f} GB: make room, or set XDG_CACHE_HOME")


def _unpack(source):
    source.mkdir()
    excludes = [f"--exclude={PACKAGE}/{pattern}" for pattern in NOT_UNPACKED]
    cache.run(["nice", "tar", "-C", source, "--strip-components=1", "--anchored", "--wildcards",
               *excludes, "-xf", ARCHIVE])


def _make_command(source, *words):
    return ["nice", "make", "-C", str(source), f"-j{len(os.sched_getaffinity(0))}", *words]


def _configure(source):
    """An option that the kernel does not take any more would silently find nothing."""
    shutil.copy(CONFIG, source / ".config")
    cache.run(_make_command(source, "olddefconfig"))
    chosen = set((source / ".config").read_text(encoding="utf-8").splitlines())
    lost = [line for line in CONFIG.read_text(encoding="utf-8").splitlines()
            if line.startswith("CONFIG_") and line not in chosen]
    if lost:
        raise cache.BedError(f"{CONFIG}: the kernel does not accept {', '.join(lost)}")


def _compile(source, log):
    """Builds image and modules, with a sign of life now and then."""
    with open(log, "wb") as output:
        process = subprocess.Popen(_make_command(source, "bzImage", "modules"),
                                   stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        try:
            while True:
                try:
                    code = process.wait(PROGRESS_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    objects = log.read_bytes().count(b"\n  CC ")
                    cache.say(f"  {objects} of about 1500 objects are compiled")
        finally:
            process.terminate()
            process.wait()
    if code != 0:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        raise cache.BedError(f"the build of the debug kernel failed:\n{tail}")


def _install(source, target):
    shutil.copy(source / "arch/x86/boot/bzImage", target / "image")
    cache.run(_make_command(source, f"INSTALL_MOD_PATH={target}", "modules_install"),
              env=dict(os.environ, PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"))
    for link in target.glob("lib/modules/*/[bs]*"):
        if link.is_symlink():
            link.unlink()
    headers = target / "headers"
    headers.mkdir()
    cache.run(["cp", "-a", "--parents", *HEADERS, headers], cwd=source)


def _make(target):
    _check_space(target)
    source = target / "source"
    log = target / "log"
    with cache.progress(f"unpacking {ARCHIVE}"):
        _unpack(source)
    with cache.progress("building the debug kernel (about 15 minutes on two CPUs)"):
        _configure(source)
        _compile(source, log)
    with cache.progress("installing the debug kernel"):
        _install(source, target)
        shutil.rmtree(source)
        log.unlink()


def get():
    """A directory with image, lib/modules/VERSION and headers."""
    compiler = cache.run(["gcc", "--version"])
    key = cache.hash_of(_source_version(), CONFIG, compiler, Path(__file__))
    return cache.entry("debug-kernel", key, _make)
