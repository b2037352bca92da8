# SPDX-License-Identifier: GPL-2.0-or-later
"""
A Debian root with dkms, and with the kernels that the recipes of kmod/ are for,
each before and after an upgrade.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import cache
import image
import kernel

PACKAGES = ["dkms", "kmod", "make", "xz-utils"]
HEADERS = r"^linux-headers-6\.1\.0-[0-9]+-(cloud-)?amd64$"
HEADERS_LO = r"^linux-headers-6\.1[0-7]\.[0-9]+\+deb12-(cloud-)?amd64$"
NOT_KEPT = ("usr/share/doc", "usr/share/man", "usr/share/locale", "var/lib/apt/lists",
            "var/cache/apt")


@dataclass(frozen=True)
class Upgrade:
    """What a kernel is called before and after, and the packages of either."""
    old: str
    new: str
    before: tuple
    after: tuple


def _releases(pattern):
    """Kernels that apt has headers of, the newest first; other flavours are last."""
    listing = cache.run(["apt-cache", "search", "--names-only", pattern])
    found = [line.split()[0].removeprefix("linux-headers-") for line in listing.splitlines()]
    found.sort(key=lambda name: [int(number) for number in re.findall(r"\d+", name)], reverse=True)
    return sorted(found, key=lambda name: "cloud" in name)


def _other(releases, new):
    found = [release for release in releases if release != new]
    if not found:
        raise cache.BedError(f"apt knows no headers of a kernel like {new}, but older: "
                             "run apt-get update")
    return found[0]


def _common(release):
    return re.sub("(cloud-)?amd64$", "common", release)


def _version(package):
    shown = cache.run(["apt-cache", "show", "--no-all-versions", package])
    return re.search(r"^Version: (.*)$", shown, re.MULTILINE)[1]


def for_softism():
    """From another kernel to the one that the VM runs."""
    new = kernel.version()
    old = _other(_releases(HEADERS), new)
    return Upgrade(old, new, (f"linux-headers-{old}",),
                   (f"linux-headers-{new}", f"linux-headers-{_common(new)}"))


def _with_source(release):
    headers = f"linux-headers-{release}"
    series = re.match(r"\d+\.\d+", release)[0]
    return headers, f"linux-source-{series}={_version(headers)}"


def for_smc_lo():
    """To the newest kernel with SMC, but not SMC_LO; its source package goes with it."""
    releases = _releases(HEADERS_LO)
    new = releases[0] if releases else "6.12"
    old = _other(releases, new)
    after = (f"linux-headers-{_common(new)}", f"linux-image-{new}",
             f"linux-kbuild-{new.rsplit('-', 1)[0]}")
    return Upgrade(old, new, _with_source(old), _with_source(new) + after)


def _debootstrap(archive, packages):
    hook = 'cd "$1" && rm -rf ' + " ".join(f"{path}/*" for path in NOT_KEPT)
    command = ["mmdebstrap", "--variant=minbase", "--format=tar", "--architectures=amd64",
               f"--include={','.join(packages)}", f"--customize-hook={hook}"]
    command += [f"--aptopt={option}" for option in image._apt_options()]
    # No initramfs: nobody boots this root.
    cache.run(command + [image.SUITE, archive, *image._sources()],
              env=dict(os.environ, INITRD="No"))


def _make(target, upgrades):
    target.chmod(0o755)
    with cache.progress("fetching the kernels to upgrade to"):
        for name, upgrade in upgrades.items():
            (target / name).mkdir()
            cache.run(["apt-get", "download", "-q", *upgrade.after], cwd=target / name)
    with cache.progress("making a Debian root with dkms and two kernels (a minute)"):
        _debootstrap(target / "root.tar",
                     PACKAGES + [name for upgrade in upgrades.values() for name in upgrade.before])


def _candidates(upgrade):
    return cache.run(["apt-cache", "show", *upgrade.before, *upgrade.after])


def get(upgrades):
    """
    A directory with root.tar, where `before` of each upgrade is installed, and a
    directory for each, by name, with the .deb files of its `after`.
    """
    key = cache.hash_of(Path(__file__), upgrades, *map(_candidates, upgrades.values()))
    return cache.entry("dkms-root", key, lambda target: _make(target, upgrades))
