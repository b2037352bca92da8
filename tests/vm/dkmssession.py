# SPDX-License-Identifier: GPL-2.0-or-later
"""Real use of a recipe of kmod/ by dkms, in a throw-away root."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import cache
import tap

HERE = Path(__file__).resolve().parent
SCRIPT_SECONDS = 900

# Without root the owners of the files exist only in a user namespace. A recipe
# has no network: all that it needs is installed. Its modules are left in OUT.
SESSION = r"""set -e
target=$1 archive=$2 recipe=$3 upgrade=$4 script=$5 lib=$6
root=$target/root
shift 6
mkdir "$root" "$target/out"
trap 'rm -rf --one-file-system "$root"' EXIT
tar -C "$root" -xpf "$archive" --exclude='./dev/*'
cp -r "$recipe" "$root/usr/src/"
mkdir -p "$root/run/bed/upgrade" "$root/run/out"
cp "$script" "$lib" "$root/run/bed/"
mount --bind "$upgrade" "$root/run/bed/upgrade"
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
status=0
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C INITRD=No \
    BED_LIB=/run/bed/lib.sh "$@" chroot "$root" bash "/run/bed/${script##*/}" || status=$?
tar -C "$root/run/out" -c . | tar -C "$target/out" -x --no-same-owner
umount "$root/proc" "$root/run/bed/upgrade"
umount -l "$root/dev"
exit $status
"""


@dataclass(frozen=True)
class Session:
    """What a script printed in the root, and a directory with what it left in /run/out."""
    lines: list
    out: Path


class Failed(Exception):
    """A session in which something has failed; nothing of it is kept."""

    def __init__(self, lines, results):
        super().__init__("\n".join(lines))
        self.lines, self.results = lines, results


def _namespaces():
    users = [] if os.geteuid() == 0 else ["--map-root-user", "--map-auto"]
    return ["unshare", *users, "--mount", "--pid", "--net", "--fork", "--kill-child", "--"]


def _session(target, command, name):
    with cache.progress(f"{name}: dkms in a root of its own (up to three minutes)"):
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace",
                              check=False, timeout=SCRIPT_SECONDS)
    lines = done.stdout.splitlines()
    results = tap.parse(lines)
    if done.returncode != 0 and not results.failed:
        results.blame(f"the script's exit code is {done.returncode}")
    if results.failed:
        raise Failed(lines, results)
    (target / "lines").write_text(done.stdout, encoding="utf-8")


def session(root, recipe, name, environment):
    """
    The result of dkms/NAME.sh in the root with this recipe in /usr/src. It is
    run only if it has not passed with the same root, recipe and environment.
    """
    script, lib = HERE / "dkms" / f"{name}.sh", HERE / "lib.sh"
    files = [part for path in sorted(recipe.iterdir()) for part in (path.name, path)]
    key = cache.hash_of(root.name, script, lib, Path(__file__), environment, *files)

    def make(target):
        _session(target, [*_namespaces(), "sh", "-c", SESSION, "sh", target, root / "root.tar",
                          recipe, root / name, script, lib,
                          *(f"{key}={value}" for key, value in environment.items())], name)

    entry = cache.entry("dkms-session", key, make)
    return Session((entry / "lines").read_text(encoding="utf-8").splitlines(), entry / "out")
