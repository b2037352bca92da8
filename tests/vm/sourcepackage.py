# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's source packages of Linux."""

import re
import subprocess
import time
from pathlib import Path

import cache

INSTALLED = "linux-source-6.1"
SUITE = "bookworm"
# Older ones have no dibs. The first suite that has a new enough one wins.
OLDEST = (6, 18)
SUITES = ("trixie-backports", "sid")
NAME = re.compile(r"linux-source-(\d+)\.(\d+)")
LISTS_OLD_SECONDS = 7 * 24 * 3600


def _archive():
    """The URI from which this machine has Debian."""
    listing = cache.run(["apt-get", "indextargets", "--format",
                         "$(CREATED_BY)|$(ORIGIN)|$(CODENAME)|$(REPO_URI)"])
    for row in listing.splitlines():
        created_by, origin, codename, uri = row.split("|")
        if (created_by, origin, codename) == ("Packages", "Debian", SUITE):
            return uri
    raise cache.BedError(f"apt knows no index of Debian {SUITE}: run apt-get update")


class _Lists:
    """One suite's index, beside those from which this machine's apt installs."""

    def __init__(self, suite):
        self.suite = suite
        self.path = cache.cache_dir() / f"lists-{suite}"
        self.stamp = self.path / "updated"

    def apt(self, program, *words, cwd=None):
        settings = {"Dir::Etc::sourcelist": self.path / "sources.list",
                    "Dir::Etc::sourceparts": "/dev/null", "Dir::State::lists": self.path / "lists",
                    "Dir::Cache::pkgcache": "", "Dir::Cache::srcpkgcache": "",
                    "Acquire::Languages": "none"}
        options = [f"-o{name}={value}" for name, value in settings.items()]
        return cache.run([program, "-q", *options, *words], cwd=cwd)

    def update(self):
        if self.stamp.is_file() and time.time() - self.stamp.stat().st_mtime < LISTS_OLD_SECONDS:
            return
        (self.path / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (self.path / "sources.list").write_text(f"deb {_archive()} {self.suite} main\n",
                                                encoding="utf-8")
        with cache.progress(f"reading the index of {self.suite}"):
            self.apt("apt-get", "update")
        self.stamp.touch()

    def newest(self):
        """(name, version) of the newest source of Linux that has dibs, or None."""
        found = self.apt("apt-cache", "search", "--names-only", "^linux-source-[0-9.]+$")
        series = {tuple(map(int, match.groups())): match[0]
                  for match in map(NAME.match, found.splitlines()) if match}
        newest = max(series, default=(0, 0))
        if newest < OLDEST:
            return None
        shown = self.apt("apt-cache", "show", "--no-all-versions", series[newest])
        return series[newest], re.search(r"^Version: (.*)$", shown, re.MULTILINE)[1]


def installed():
    """(name, version, fetch) of the source that belongs to the stock kernel."""
    archive = Path(f"/usr/src/{INSTALLED}.tar.xz")
    done = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", INSTALLED],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0 or not archive.is_file():
        raise cache.BedError(f"no {archive}: install {INSTALLED}")
    return INSTALLED, done.stdout, lambda: archive


def newest_with_dibs():
    """
    (name, version, fetch) of Debian's newest linux-source that has dibs;
    fetch() gives the path of its archive, which needs the network once.
    """
    for suite in SUITES:
        lists = _Lists(suite)
        lists.update()
        found = lists.newest()
        if found:
            name, version = found
            return name, version, lambda: _archive_file(lists, name, version)
    raise cache.BedError(f"no linux-source of {OLDEST[0]}.{OLDEST[1]} or newer in "
                         f"{' or '.join(SUITES)}")


def _archive_file(lists, name, version):
    def make(target):
        with cache.progress(f"fetching {name} {version}"):
            _download(lists, f"{name}={version}", target)

    entry = cache.entry("linux-source", cache.hash_of(name, version), make)
    return entry / f"{name}.tar.xz"


def _download(lists, package, target):
    lists.apt("apt-get", "download", package, cwd=target)
    deb = next(target.glob("*.deb"))
    cache.run(["dpkg-deb", "-x", deb, target / "unpacked"])
    archive = next((target / "unpacked" / "usr" / "src").glob("*.tar.xz"))
    archive.rename(target / archive.name)
    cache.run(["rm", "-rf", deb, target / "unpacked"])
