# SPDX-License-Identifier: GPL-2.0-or-later
"""The guest's root disk and initramfs."""

import os
import subprocess
from pathlib import Path

import cache
import kernel

HERE = Path(__file__).resolve().parent
SUITE = "bookworm"
PACKAGES = """
    systemd systemd-sysv dbus polkitd kmod iproute2 util-linux procps iperf3 jq strace less ethtool
    libnl-3-200 libnl-genl-3-200 libmnl0 libkmod2 libyaml-0-2 libjson-c5 libsmartcols1
    libncursesw6 libreadline8 libsystemd0 tmux nginx wrk redis-server redis-tools postgresql-15
""".split()
# A package's files that are large and of no use here: PostgreSQL's compiler of queries.
LEFT_OUT = ("/usr/lib/x86_64-linux-gnu/libLLVM*", "/usr/lib/llvm-*", "/usr/lib/postgresql/*/lib/"
            "bitcode/*")
# What the packages would start at boot.
DISABLED = "nginx.service redis-server.service postgresql.service"
# Set by the bed itself, or of no use to the guest.
NOT_FORWARDED = ("Acquire::IndexTargets", "Acquire::Changelogs", "Acquire::cdrom",
                 "Acquire::CompressionTypes", "Acquire::Languages")
IMAGE_SIZE = "700M"
# Keep each exec in the emulated guest cheap: nothing runs that no case needs.
MASKED = """
    apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer
    e2scrub_reap.service fstrim.timer man-db.timer systemd-tmpfiles-clean.timer
    systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-pstore.service
    systemd-random-seed.service systemd-hwdb-update.service systemd-udevd.service
    systemd-udev-trigger.service getty.target systemd-remount-fs.service
    systemd-networkd.service systemd-timesyncd.service systemd-journal-catalog-update.service
    modprobe@drm.service modprobe@efi_pstore.service dev-hugepages.mount
""".split()
GENERATORS_KEPT = {"systemd-debug-generator", "systemd-run-generator"}
AGENT_UNIT = """[Unit]
Description=Agent of the test bed
[Service]
ExecStart=/usr/libexec/bed-agent
StandardOutput=journal+console
StandardError=journal+console
KillMode=process
TasksMax=infinity
LimitNOFILE=65536:524288
Environment=HOME=/root LANG=C.UTF-8 TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin
[Install]
WantedBy=multi-user.target
"""
CONSOLE_UNIT = """[Unit]
Description=Login on the console
[Service]
ExecStart=-/sbin/agetty --autologin root --noclear --keep-baud 115200 ttyS0 ${BED_TERM}
EnvironmentFile=/run/bed-console.env
Restart=always
StandardInput=tty
TTYPath=/dev/ttyS0
IgnoreSIGPIPE=no
SendSIGHUP=yes
"""


def _sources():
    """The machine's own sources of the suite, as lines of a sources.list."""
    listing = cache.run(["apt-get", "indextargets", "--format",
                         "$(CREATED_BY)|$(ORIGIN)|$(CODENAME)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)"])
    lines = set()
    for row in listing.splitlines():
        created_by, origin, codename, uri, release, component = row.split("|")
        if created_by == "Packages" and origin == "Debian" and codename.startswith(SUITE):
            lines.add(f"deb {uri} {release} {component}")
    if not any(f" {SUITE} " in line for line in lines):
        raise cache.BedError(f"apt knows no index of Debian {SUITE}: run apt-get update")
    return sorted(lines)


def _apt_options():
    """The machine's settings for downloads, such as a proxy."""
    return [line for line in cache.run(["apt-config", "dump", "Acquire"]).splitlines()
            if not line.endswith('"";') and not line.startswith(NOT_FORWARDED)]


def _compile(source, target):
    cache.run(["gcc", "-std=gnu11", "-static", "-O2", "-o", target, HERE / source])
    cache.run(["strip", target])


def _write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _mask(units, unit_names):
    units.mkdir(parents=True, exist_ok=True)
    for name in unit_names:
        (units / name).symlink_to("/dev/null")


def _skeleton(target):
    """What the bed adds to Debian's files."""
    etc = target / "etc"
    units = etc / "systemd" / "system"
    _mask(units, MASKED)
    _write(units / "bed-agent.service", AGENT_UNIT)
    _write(units / "bed-console.service", CONSOLE_UNIT)
    _write(etc / "hostname", "bed\n")
    _write(etc / "hosts", "127.0.0.1 localhost bed\n::1 localhost bed\n")
    _write(etc / "machine-id", "")
    _write(etc / "fstab", "")
    _write(etc / "profile.d/bed.sh", "PATH=$PATH:/bed/bin\n")
    _write(target / "root/.hushlogin", "")
    _write(etc / "systemd/journald.conf.d/bed.conf", "[Journal]\nStorage=volatile\nAudit=no\n"
           "RateLimitIntervalSec=0\n")
    _write(etc / "systemd/system.conf.d/bed.conf", "[Manager]\nDefaultTimeoutStopSec=20s\n")
    agent = target / "usr/libexec/bed-agent"
    (target / "usr/lib").mkdir(parents=True)
    agent.parent.mkdir()
    _compile("agent.c", agent)


# Runs with the new root as $1 and the skeleton as $2.
CUSTOMIZE = r"""set -e
tar -C "$2" -c . | tar -C "$1" -x --no-same-owner --keep-directory-symlink
chroot "$1" useradd -m -u 1000 -s /bin/bash user
chroot "$1" systemctl -q enable bed-agent.service
chroot "$1" systemctl -q disable $4
chroot "$1" systemctl -q set-default multi-user.target
mkdir -p "$1/etc/systemd/system-generators"
for path in "$1"/lib/systemd/system-generators/*; do
    case " $3 " in
    *" ${path##*/} "*) ;;
    *) ln -s /dev/null "$1/etc/systemd/system-generators/${path##*/}" ;;
    esac
done
: > "$1/etc/machine-id"
rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/lib/dbus/machine-id \
    "$1"/usr/lib/udev/hwdb.* "$1"/usr/share/locale/* "$1"/usr/share/doc/* "$1"/usr/share/man/*
"""


def _debootstrap(target, archive, skeleton):
    hook = target / "customize"
    hook.write_text(CUSTOMIZE, encoding="utf-8")
    command = ["mmdebstrap", "--variant=minbase", "--format=tar", "--architectures=amd64",
               f"--include={','.join(PACKAGES)}",
               '--dpkgopt=path-exclude=/usr/share/man/*', '--dpkgopt=path-exclude=/usr/share/doc/*',
               '--dpkgopt=path-exclude=/usr/share/locale/*',
               f'--customize-hook=sh {hook} "$1" {skeleton} "{" ".join(GENERATORS_KEPT)}" '
               f'"{DISABLED}"']
    command += [f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT]
    command += [f"--aptopt={option}" for option in _apt_options()]
    cache.run(command + [SUITE, archive, *_sources()])


def _make_base(target):
    skeleton = target / "skeleton"
    skeleton.mkdir()
    _skeleton(skeleton)
    with cache.progress("making the Debian root (about a minute)"):
        target.chmod(0o755)
        _debootstrap(target, target / "root.tar", skeleton)
    cache.run(["rm", "-rf", skeleton, target / "customize"])


def base():
    """The archive of a root without a kernel's modules."""
    key = cache.hash_of(Path(__file__), HERE / "agent.c")
    return cache.entry("base", key, _make_base) / "root.tar"


def _make_disk(archive, modules, disk, scratch):
    """Without root the owners of the files exist only in a user namespace."""
    script = ('set -e; mkdir "$3"; tar -C "$3" -xpf "$1"; cp -a "$4" "$3/usr/lib/modules"; '
              f'mke2fs -q -t ext4 -O ^has_journal,^metadata_csum -m 0 -d "$3" "$2" {IMAGE_SIZE}; '
              'rm -rf "$3"')
    prefix = [] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--map-auto"]
    cache.run(prefix + ["sh", "-c", script, "sh", archive, disk, scratch, modules],
              env=dict(os.environ, PATH=os.environ.get("PATH", "") + ":/usr/sbin:/sbin"))


def _make_root(target, kernel_dir):
    archive = base()
    with cache.progress("making the root disk"):
        _make_disk(archive, kernel_dir / "lib/modules", target / "root.ext4", target / "scratch")


def root(kernel_dir):
    """A directory with root.ext4."""
    key = cache.hash_of(Path(__file__), HERE / "agent.c", kernel_dir.name)
    return cache.entry("root", key, lambda target: _make_root(target, kernel_dir))


def _cpio_entry(name, mode, data):
    """One member of a "newc" archive."""
    head = [0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
    text = b"070701" + b"".join(b"%08X" % number for number in head) + name.encode() + b"\0"
    return text + b"\0" * (-len(text) % 4) + data + b"\0" * (-len(data) % 4)


def _make_initramfs(target, kernel_dir):
    init = target / "init"
    _compile("init.c", init)
    members = [("dev", 0o40755, b""), ("m", 0o40755, b""), ("init", 0o100755, init.read_bytes())]
    modules = kernel.initramfs_modules(kernel_dir)
    members += [(f"m/{path.name}", 0o100644, path.read_bytes()) for path in modules]
    listing = "".join(f"/m/{path.name}\n" for path in modules)
    members += [("modules", 0o100644, listing.encode()), ("TRAILER!!!", 0, b"")]
    (target / "initramfs").write_bytes(b"".join(_cpio_entry(*member) for member in members))
    init.unlink()


def initramfs(kernel_dir):
    """A directory with the file initramfs."""
    key = cache.hash_of(Path(__file__), HERE / "init.c", HERE / "kernel.py", kernel_dir.name)
    return cache.entry("initramfs", key, lambda target: _make_initramfs(target, kernel_dir))


def qemu_version():
    return subprocess.run(["qemu-system-x86_64", "--version"], capture_output=True, text=True,
                          check=True).stdout
