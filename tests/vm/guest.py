# SPDX-License-Identifier: GPL-2.0-or-later
"""Guests in a known state: booted, restored from a snapshot, with a build installed."""

import contextlib
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cache
import image
import machine
from flavour import Flavour

CPU_COUNTS = (1, 2)
BOOTED = "systemctl is-system-running --wait || systemctl --failed --no-legend --no-pager"
# What every case uses is in the page cache of the snapshot.
WARM_UP = """set -e
mkdir -p /bed/stage /bed/tests /bed/bin
modprobe -a 9pnet_virtio 9p
tar -C /etc -c hostname | tar -t > /dev/null
mount --version > /dev/null
depmod -n > /dev/null
journalctl -n 1 > /dev/null
systemctl stop systemd-user-sessions.service
systemctl start systemd-user-sessions.service
sync
"""
MOUNT = """set -e
for tag in stage tests bin; do
    mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=262144,cache=loose "$tag" "/bed/$tag"
done
"""
# No guest with a share can be saved.
UNMOUNT = "umount /bed/stage /bed/tests /bed/bin"
# Guests of one snapshot are clones: each needs an identity of its own.
NEW_IDENTITY = """
old=$(cat /etc/machine-id)
new=$(tr -d - < /proc/sys/kernel/random/uuid)
echo "$new" > /etc/machine-id
[ ! -d "/run/log/journal/$old" ] || mv "/run/log/journal/$old" "/run/log/journal/$new"
"""
INSTALL = """set -e
[ -n "$(ls -A /bed/stage)" ] || exit 0
tar -C /bed/stage -c . | tar -C / -x --no-same-owner --keep-directory-symlink
cd /bed/stage
if [ -n "$(find . -name '*.so*' -print -quit)" ]; then ldconfig; fi
if [ -n "$(find . -name '*.ko*' -print -quit)" ]; then depmod; fi
if [ -d usr/lib/systemd/system ] || [ -d lib/systemd/system ] || [ -d etc/systemd/system ]; then
    systemctl daemon-reload
fi
if [ -d usr/share/dbus-1 ] || [ -d etc/dbus-1 ]; then
    busctl -q call org.freedesktop.DBus / org.freedesktop.DBus ReloadConfig
fi
"""


def base_files(flavour):
    """What a VM is made of, made now if need be: name to path."""
    kernel_dir = flavour.get()
    return {"image": kernel_dir / "image",
            "initramfs": image.initramfs(kernel_dir) / "initramfs",
            "root": image.root(kernel_dir) / "root.ext4"}


def _boot_to_snapshot(target, files, cpus, patience):
    with tempfile.TemporaryDirectory() as empty, \
            cache.progress(f"booting the VM with {cpus} CPU(s) for a snapshot (10 to 60 s)"):
        shares = {tag: empty for tag in machine.SHARES}
        arguments = machine.arguments(files, cpus, shares)
        with machine.Machine(arguments, target / "console", patience=patience) as vm:
            vm.wait_hello()
            check_booted(vm)
            vm.must(WARM_UP)
            vm.save(target / "state")


def check_booted(vm):
    """systemd must have started everything: "degraded" is a failure."""
    state = vm.must(BOOTED, 120).strip()
    if state != "running":
        raise cache.BedError(f"systemd in the VM is not well:\n{state}")


def snapshot(files, cpus, patience):
    """A directory with the saved state of a booted VM."""
    shares = {tag: tag for tag in machine.SHARES}
    key = cache.hash_of(image.qemu_version(), WARM_UP, *machine.arguments(files, cpus, shares))
    return cache.entry("snapshot", key,
                       lambda target: _boot_to_snapshot(target, files, cpus, patience))


@dataclass(frozen=True)
class Built:
    """
    All that a VM needs: paths by name, snapshots by the number of CPUs; `installed`
    are those numbers whose snapshots have the build installed already.
    """
    flavour: Flavour
    files: dict
    snapshots: dict
    installed: frozenset = frozenset()


def build(flavour):
    """Makes all that `run` needs."""
    files = base_files(flavour)
    return Built(flavour, files,
                 {cpus: snapshot(files, cpus, flavour.patience) for cpus in CPU_COUNTS})


@contextlib.contextmanager
def restored(built, cpus, shares, console, console_socket=None):
    """A fresh VM from the snapshot, with the shares mounted and a clock that is right."""
    arguments = machine.arguments(built.files, cpus, shares)
    arguments += ["-incoming", f"exec:zstd -dc {built.snapshots[cpus] / 'state'}"]
    with machine.Machine(arguments, console, console_socket, built.flavour.patience) as vm:
        vm.resume()
        vm.renew()
        vm.must(MOUNT + NEW_IDENTITY + ("" if cpus in built.installed else INSTALL))
        yield vm


def _save_installed(built, cpus, shares, target):
    target.mkdir()
    with restored(built, cpus, shares, target / "console") as vm:
        vm.must(UNMOUNT)
        vm.save(target / "state")
    return target


def with_installed(built, cpu_counts, shares, directory):
    """
    `built` with snapshots, made in `directory`, of guests with so many CPUs and the
    build installed: that takes a guest longer than to be restored.
    """
    with ThreadPoolExecutor() as pool:
        saved = dict(zip(cpu_counts, pool.map(
            lambda cpus: _save_installed(built, cpus, shares, directory / str(cpus)),
            cpu_counts)))
    return replace(built, snapshots={**built.snapshots, **saved}, installed=frozenset(saved))


@contextlib.contextmanager
def booted(built, cpus, shares, console):
    """A VM that boots and may reboot: it keeps what it writes. Call prepare() after each boot."""
    with tempfile.TemporaryDirectory(prefix="smcd-vm-") as directory:
        scratch = Path(directory) / "scratch.ext4"
        machine.make_scratch(scratch)
        arguments = machine.arguments(built.files, cpus, shares, scratch)
        with machine.Machine(arguments, console, patience=built.flavour.patience) as vm:
            yield vm


def prepare(vm, boot):
    """After boot number `boot`: waits for systemd, mounts; the first time installs the build."""
    vm.wait_hello(boot)
    vm.renew()
    if boot == 1:
        check_booted(vm)
        vm.must("mkdir -p /bed/stage /bed/tests /bed/bin\n" + MOUNT + INSTALL)
    else:
        vm.must(f"systemctl is-system-running --wait > /dev/null || true\n{MOUNT}", 120)
