# SPDX-License-Identifier: GPL-2.0-or-later
"""The stock Debian kernel that belongs to the installed kernel headers."""

import lzma
import re
import struct
import subprocess
from pathlib import Path

import cache

SERIES = "6.1"
XZ_MAGIC = b"\xfd7zXZ\x00"

# What the guest can load, with everything that it depends on.
WANTED = re.compile(r"""kernel/(
    net/(core|ipv4|ipv6|netlink|packet|unix|smc|8021q|802|llc|bridge|tls|xfrm|9p|vmw_vsock|
         psample|mptcp|netfilter/(nf_tables|nft_|nf_conntrack\.|nf_nat\.|x_tables))[./_]?.*
    | net/sched/sch_(netem|tbf|htb|fq|fq_codel|ingress|prio)\.ko
    | drivers/net/(veth|dummy|tun|bonding/.*)(\.ko)?
    | drivers/infiniband/(core|sw/rxe)/.*
    | drivers/(virtio|char/hw_random)/virtio.*
    | drivers/block/virtio_blk\.ko
    | drivers/char/virtio_console\.ko
    | drivers/misc/pvpanic/.*
    | fs/(ext4|overlayfs|9p|fuse|configfs|binfmt_misc\.ko).*
    | lib/.*
    | crypto/(crc32c|sha|aes|hmac|cmac|gcm|ccm|ghash|seqiv|ctr|drbg|jitter|rng).*
    )""", re.VERBOSE)


def _installed_headers():
    """(kernel version, package version) of the newest installed headers."""
    listing = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${Version} ${db:Status-Status}\n",
         f"linux-headers-{SERIES}.*-amd64"], capture_output=True, text=True, check=False).stdout
    found = [line.split() for line in listing.splitlines() if line.endswith(" installed")]
    if not found:
        raise cache.BedError(f"no kernel headers for Linux {SERIES}: install linux-headers-amd64")
    name, package_version, _ = max(found, key=lambda row: [int(n) for n in
                                                           re.findall(r"\d+", row[0])])
    return name.removeprefix("linux-headers-"), package_version


def version():
    return _installed_headers()[0]


def headers():
    """What modules for the stock kernel are built against."""
    return Path(f"/usr/src/linux-headers-{version()}")


def _uncompress(vmlinuz):
    """The ELF image in a bzImage: QEMU starts it without unpacking it in the guest."""
    data = vmlinuz.read_bytes()
    offset, size = struct.unpack_from("<II", data, 0x248)
    start = (data[0x1F1] + 1) * 512 + offset
    payload = data[start:start + size]
    if not payload.startswith(XZ_MAGIC):
        raise cache.BedError(f"{vmlinuz.name} is not compressed with xz")
    return lzma.LZMADecompressor().decompress(payload)


def _dependencies(tree):
    """modules.dep as {module: [modules that it needs]}."""
    lines = (tree / "modules.dep").read_text(encoding="ascii").splitlines()
    return {name: rest.split() for name, rest in (line.split(":", 1) for line in lines)}


def _trim(tree):
    """Removes the modules that neither the guest nor a wanted module needs."""
    needs = _dependencies(tree)
    keep = {name for name in needs if WANTED.match(name)}
    for name in list(keep):
        keep.update(needs[name])
    for name in needs.keys() - keep:
        (tree / name).unlink()


def _download(package, package_version, where):
    try:
        cache.run(["apt-get", "download", "-q", f"{package}={package_version}"], cwd=where)
    except cache.BedError as error:
        raise cache.BedError(f"{error}\nThe kernel must equal the installed headers: if the "
                             "archive has newer ones, apt-get install linux-headers-amd64"
                             ) from error
    return next(where.glob("*.deb"))


def _make(target):
    release, package_version = _installed_headers()
    package = f"linux-image-{release}"
    with cache.progress(f"fetching {package} {package_version}"):
        deb = _download(package, package_version, target)
    with cache.progress("unpacking the kernel and its modules"):
        unpacked = target / "unpacked"
        unpacked.mkdir()
        cache.run(["dpkg-deb", "-x", deb, unpacked])
        (target / "image").write_bytes(_uncompress(unpacked / "boot" / f"vmlinuz-{release}"))
        tree = target / "lib" / "modules" / release
        tree.parent.mkdir(parents=True)
        (unpacked / "lib" / "modules" / release).rename(tree)
        depmod = ["/sbin/depmod", "-b", target, release]
        cache.run(depmod)
        _trim(tree)
        cache.run(depmod)
    deb.unlink()
    cache.run(["rm", "-rf", unpacked])


def get():
    """A directory with image and lib/modules/VERSION."""
    return cache.entry("kernel", cache.hash_of(Path(__file__), *_installed_headers()), _make)


def initramfs_modules(kernel):
    """The modules that the init needs for its disks, in the order of loading."""
    files = []
    release = next((kernel / "lib" / "modules").iterdir()).name
    for name in ("virtio_pci", "virtio_blk", "virtio_console", "ext4", "overlay",
                 "9p", "9pnet_virtio"):
        shown = cache.run(["/sbin/modprobe", "--show-depends", "-d", kernel, "-S", release, name])
        for line in shown.splitlines():
            kind, *rest = line.split()
            if kind == "insmod" and rest[0] not in files:
                files.append(rest[0])
    return [Path(name) for name in files]
