# SPDX-License-Identifier: GPL-2.0-or-later
"""The bed's cache: directories named by the hash of what they are made from."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KEEP_PER_KIND = 4
KEEP_SECONDS = 2 * 3600
# What is being made may be a kernel, on a slow machine.
PARTIAL_SECONDS = 12 * 3600


class BedError(Exception):
    """Something the user has to know about; its text says what to do."""


def say(text):
    print(f"bed: {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def progress(text):
    """Announces a step that may take longer than a second, then its time."""
    say(f"{text} ...")
    start = time.monotonic()
    yield
    say(f"{text}: done in {time.monotonic() - start:.1f} s")


def cache_dir():
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base) / "smcd" / "vm"
    path.mkdir(parents=True, exist_ok=True)
    return path


def run(command, **options):
    """Runs a command; its output is shown only if it fails."""
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
                          **options)
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-40:])
        raise BedError(f"{' '.join(map(str, command))[:300]}\n"
                       f"failed with exit code {done.returncode}:\n{tail}")
    return done.stdout


def hash_of(*parts):
    """A key from texts, bytes and the contents of files (given as Path)."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.read_bytes() if isinstance(part, Path) else part
        data = data if isinstance(data, bytes) else str(data).encode()
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()[:16]


def prune(kind):
    """Forgets the entries of one kind that were not used for some time."""
    entries = sorted(cache_dir().glob(f"{kind}-*"), key=lambda path: path.stat().st_mtime)
    for path in entries[:-KEEP_PER_KIND]:
        if time.time() - path.stat().st_mtime > KEEP_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
    for path in cache_dir().glob("partial-*"):
        if time.time() - path.stat().st_mtime > PARTIAL_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _wait_for_lock(lock, kind):
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say(f"waiting for another run that makes the {kind} ...")
        fcntl.flock(lock, fcntl.LOCK_EX)


def entry(kind, key, make):
    """
    The directory KIND-KEY. If there is none yet, make(directory) fills a
    temporary one, which gets its name only when it is complete.
    """
    path = cache_dir() / f"{kind}-{key}"
    with open(cache_dir() / f"{kind}.lock", "w", encoding="ascii") as lock:
        _wait_for_lock(lock, kind)
        if not path.is_dir():
            with tempfile.TemporaryDirectory(prefix="partial-", dir=cache_dir()) as partial:
                made = Path(partial) / "made"
                made.mkdir()
                make(made)
                made.rename(path)
        os.utime(path)
        prune(kind)
    return path
