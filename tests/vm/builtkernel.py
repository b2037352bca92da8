# SPDX-License-Identifier: GPL-2.0-or-later
"""Small kernels of our own, built from Debian's source packages."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import cache
import sourcepackage

CONFIGS = Path(__file__).resolve().parent / "kernels"
NEEDED_BYTES = 2_500_000_000
PROGRESS_SECONDS = 30
# Large, and no file of them takes part in the build.
NOT_UNPACKED = ["Documentation/*.rst", "drivers/gpu/*.[ch]", "sound/*.[ch]"]
# What a build of a module outside of the tree reads
HEADERS = ["Makefile", "Module.symvers", ".config", "include", "scripts", "arch/x86/Makefile",
           "arch/x86/include", "tools/objtool/objtool"]
# Debug kernels instrument what handles the memory of softism and SMC; all of
# the kernel would take twice the time, to build and to run. Make knows a file
# by its stem alone: none may also be one in the boot code, which has no KASAN.
INSTRUMENTED = ["net/smc/*.c", "net/netlink/*.c", "drivers/dibs/*.c", "lib/kobject*.c",
                "lib/xarray.c", "lib/idr.c", "lib/nlattr.c", "lib/refcount.c"]
SANITIZERS = ("KASAN", "UBSAN")


@dataclass(frozen=True)
class Recipe:
    """source() as sourcepackage's functions; the later config wins."""
    name: str
    source: Callable
    configs: tuple
    minutes: int

    def paths(self):
        return [CONFIGS / f"{config}.config" for config in self.configs]


SMCD_DEBUG = Recipe("debug", sourcepackage.installed, ("small", "smcd", "debug"), 12)
DIBS = Recipe("dibs", sourcepackage.newest_with_dibs, ("small", "dibs"), 9)
DIBS_DEBUG = Recipe("dibs-debug", sourcepackage.newest_with_dibs, ("small", "dibs", "debug"), 11)


def _check_space(where):
    free = shutil.disk_usage(where).free
    if free < NEEDED_BYTES:
        raise cache.BedError(
            f"{where} has {free / 1e9:.1f} GB free, the build of a kernel needs "
            f"{NEEDED_BYTES / 1e9:.1f} GB: make room, or set XDG_CACHE_HOME")


def _unpack(archive, source):
    source.mkdir()
    excludes = [f"--exclude=*/{pattern}" for pattern in NOT_UNPACKED]
    cache.run(["nice", "tar", "-C", source, "--strip-components=1", "--anchored", "--wildcards",
               *excludes, "-xf", archive])


def _make_command(source, *words):
    return ["nice", "make", "-C", str(source), f"-j{len(os.sched_getaffinity(0))}", *words]


def _wanted(recipe):
    """{option: its line}"""
    wanted = {}
    for path in recipe.paths():
        for line in path.read_text(encoding="utf-8").splitlines():
            if option := re.match(r"(?:# )?(CONFIG_\w+)(?:=| is not set)", line):
                wanted[option[1]] = line
    return wanted


def _configure(recipe, source):
    """An option that the kernel does not take any more would silently find nothing."""
    wanted = _wanted(recipe)
    config = source / ".config"
    config.write_text("\n".join(wanted.values()) + "\n", encoding="utf-8")
    cache.run(_make_command(source, "olddefconfig"))
    chosen = set(config.read_text(encoding="utf-8").splitlines())
    lost = [line for line in wanted.values() if not line.startswith("#") and line not in chosen]
    if lost:
        raise cache.BedError(f"{recipe.name}: the kernel does not accept {', '.join(lost)}")


def _instrumentation(source):
    """Make's variables that confine the sanitizers to INSTRUMENTED."""
    stems = sorted({path.stem for pattern in INSTRUMENTED for path in source.glob(pattern)})
    for sanitizer in SANITIZERS:
        yield f"{sanitizer}_SANITIZE=n"
        yield from (f"{sanitizer}_SANITIZE_{stem}.o=y" for stem in stems)


def _compile(source, words, log):
    """Builds image and modules, with a sign of life now and then."""
    with open(log, "wb") as output:
        process = subprocess.Popen(_make_command(source, *words, "bzImage", "modules"),
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
        raise cache.BedError(f"the build of the kernel failed:\n{tail}")


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


def _make(recipe, fetch, target):
    _check_space(target)
    source = target / "source"
    log = target / "log"
    archive = fetch()
    with cache.progress(f"unpacking {archive}"):
        _unpack(archive, source)
    with cache.progress(f"building the {recipe.name} kernel (about {recipe.minutes} minutes "
                        "on two CPUs)"):
        _configure(recipe, source)
        words = _instrumentation(source) if "debug" in recipe.configs else []
        _compile(source, words, log)
    with cache.progress(f"installing the {recipe.name} kernel"):
        _install(source, target)
        shutil.rmtree(source)
        log.unlink()


def get(recipe):
    """A directory with image, lib/modules/VERSION and headers."""
    name, version, fetch = recipe.source()
    compiler = cache.run(["gcc", "--version"])
    key = cache.hash_of(name, version, *recipe.paths(), compiler, Path(__file__))
    return cache.entry(f"{recipe.name}-kernel", key, lambda target: _make(recipe, fetch, target))
