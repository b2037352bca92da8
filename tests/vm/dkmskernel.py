# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel that the recipe softism-smc-lo is for, for the VM."""

from pathlib import Path

import cache
import kernel
from flavour import Flavour


def _make(target, deb, release):
    unpacked = target / "unpacked"
    unpacked.mkdir()
    with cache.progress(f"unpacking the kernel {release} and its modules"):
        cache.run(["dpkg-deb", "-x", deb, unpacked])
        (unpacked / "boot" / f"vmlinuz-{release}").rename(target / "image")
        tree = target / "lib" / "modules" / release
        tree.parent.mkdir(parents=True)
        next(unpacked.glob(f"**/lib/modules/{release}")).rename(tree)
        depmod = ["/sbin/depmod", "-b", target, release]
        cache.run(depmod)
        kernel._trim(tree)
        # The bed's init does not uncompress modules.
        cache.run(["find", tree, "-name", "*.ko.xz", "-exec", "xz", "-d", "{}", "+"])
        cache.run(depmod)
    cache.run(["rm", "-rf", unpacked])


def flavour(debs, release):
    """For the bed, from the kernel's package in a directory. Nothing is built against it."""
    deb = next(debs.glob(f"linux-image-{release}_*.deb"))
    key = cache.hash_of(Path(__file__), Path(kernel.__file__), deb.name)
    return Flavour("smc-lo", lambda: cache.entry(
        "dkms-kernel", key, lambda target: _make(target, deb, release)), None, 1, False)
