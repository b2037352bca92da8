# SPDX-License-Identifier: GPL-2.0-or-later
"""One QEMU process: its command line, QMP, and the agent inside of the guest."""

import json
import os
import secrets
import select
import socket
import struct
import subprocess
import time
from pathlib import Path

import cache

MEMORY_MB = 1024
NSEC = 1_000_000_000
FRAME_HEAD = struct.Struct("<BBI")
# norandmaps and nokaslr: exec in the emulated guest is several times cheaper.
APPEND = """console=ttyS0 loglevel=5 panic=-1 oops=panic unknown_nmi_panic=1 norandmaps
    mitigations=off nokaslr tsc=reliable no_timer_check rcupdate.rcu_expedited=1 nowatchdog audit=0
    random.trust_cpu=on systemd.show_status=0 sysctl.kernel.hung_task_timeout_secs=30
    sysctl.kernel.hung_task_warnings=10""".split()
SHARES = ("stage", "tests", "bin")


class GuestGone(Exception):
    """QEMU has ended or the guest was reset while something was expected of it."""


class Timeout(Exception):
    """The guest did not answer in time."""


_running = set()


def kill_all():
    """Ends all VMs: whoever waits for one gets GuestGone."""
    for vm in list(_running):
        vm.process.kill()


class Machine:
    """
    A running QEMU. It dies with the thread that made it. The guest's console
    goes to the file `console`, or also to a socket if one is given. All the
    time that the guest is given is multiplied by `patience`.
    """

    def __init__(self, arguments, console, console_socket=None, patience=1):
        self._patience = patience
        self.hellos = 0
        self.cpu_seconds = 0
        self._console = Path(console)
        self._frames = b""
        self._exits = {}
        self._output = {}
        self._qmp_lines = b""
        self._qmp, qmp = socket.socketpair()
        self._agent, agent = socket.socketpair()
        passed = [qmp, agent] + ([console_socket] if console_socket else [])
        command = self._command(arguments, qmp, agent, console_socket)
        with open(f"{console}.qemu", "wb") as log:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL", "--", *command], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, pass_fds=[end.fileno() for end in passed],
                process_group=0)
        qmp.close()
        agent.close()
        self._qmp_read()
        self.qmp("qmp_capabilities")

    def _command(self, arguments, qmp, agent, console_socket):
        if console_socket:
            console = f"socket,id=console,fd={console_socket.fileno()},logfile={self._console}"
        else:
            console = f"file,id=console,path={self._console}"
        return ["qemu-system-x86_64", *arguments, "-chardev", console, "-serial", "chardev:console",
                "-chardev", f"socket,id=qmp,fd={qmp.fileno()}", "-mon", "chardev=qmp,mode=control",
                "-chardev", f"socket,id=agent,fd={agent.fileno()}"]

    def __enter__(self):
        _running.add(self)
        return self

    def __exit__(self, *_):
        _running.discard(self)
        self.process.kill()
        self._reap()
        self._qmp.close()
        self._agent.close()

    def _reap(self):
        """Takes QEMU's CPU time with its exit code, unless wait_end() has seen the end."""
        if self.process.returncode is None:
            _, status, usage = os.wait4(self.process.pid, 0)
            self.process.returncode = os.waitstatus_to_exitcode(status)
            self.cpu_seconds = usage.ru_utime + usage.ru_stime

    def wait_end(self, seconds):
        """Gives QEMU time to end by itself."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pass

    def _qmp_read(self):
        """The next message; the guest may be slow, QEMU itself is not."""
        while b"\n" not in self._qmp_lines:
            if not select.select([self._qmp], [], [], 60)[0]:
                raise Timeout("QEMU does not answer")
            data = self._qmp.recv(65536)
            if not data:
                raise GuestGone(Path(f"{self._console}.qemu").read_text(errors="replace")
                                or "QEMU has ended")
            self._qmp_lines += data
        line, self._qmp_lines = self._qmp_lines.split(b"\n", 1)
        return json.loads(line)

    def qmp(self, name, **arguments):
        """Runs a QMP command and returns its result."""
        try:
            self._qmp.sendall(json.dumps({"execute": name, "arguments": arguments}).encode())
        except OSError as error:
            raise GuestGone("QEMU has ended") from error
        while True:
            message = self._qmp_read()
            if "error" in message:
                raise cache.BedError(f"QEMU refuses {name}: {message['error']['desc']}")
            if "return" in message:
                return message["return"]

    def wait_status(self, wanted, field, command, seconds=120):
        """Polls a query command until its field has one of the wanted values."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            value = self.qmp(command).get(field)
            if value in wanted:
                return value
            time.sleep(0.02)
        raise Timeout(f"{command} did not become {wanted} within {seconds} s")

    def save(self, path):
        """Stops the guest and writes its state to a file."""
        self.qmp("stop")
        self.qmp("migrate-set-parameters", **{"max-bandwidth": 1 << 40})
        self.qmp("migrate", uri=f"exec:zstd -q -1 > {path}")
        if self.wait_status(("completed", "failed"), "status", "query-migrate") == "failed":
            raise cache.BedError("QEMU could not save the state of the VM")

    def resume(self):
        """Lets a restored guest run once all of its state is there."""
        self.wait_status(("paused", "prelaunch", "running"), "status", "query-status")
        self.qmp("cont")

    def _send(self, kind, job, data):
        try:
            self._agent.sendall(FRAME_HEAD.pack(ord(kind), job, len(data)) + data)
        except OSError as error:
            raise GuestGone("QEMU has ended") from error

    def renew(self):
        """Gives a restored guest the time, and random numbers of its own."""
        self._send("c", 0, struct.pack("<Q", time.time_ns()) + secrets.token_bytes(64))

    def start(self, job, script):
        self._exits.pop(job, None)
        self._output[job] = b""
        self._send("r", job, script.encode())

    def _take_frame(self):
        """Takes one complete frame apart; False if there is none."""
        if len(self._frames) < FRAME_HEAD.size:
            return False
        kind, job, size = FRAME_HEAD.unpack_from(self._frames)
        end = FRAME_HEAD.size + size
        if len(self._frames) < end:
            return False
        data = self._frames[FRAME_HEAD.size:end]
        self._frames = self._frames[end:]
        if kind == ord("h"):
            self.hellos += 1
        elif kind == ord("o"):
            self._output[job] = self._output.get(job, b"") + data
        elif kind == ord("x"):
            self._exits[job] = struct.unpack("<I", data)[0]
        return True

    def pump(self, seconds):
        """Waits for news from the agent and sorts them; raises GuestGone at the end."""
        if not select.select([self._agent], [], [], max(seconds, 0))[0]:
            return
        data = self._agent.recv(65536)
        if not data:
            raise GuestGone("QEMU has ended")
        self._frames += data
        while self._take_frame():
            pass

    def take_output(self, job):
        """The output of a job since the last call."""
        data, self._output[job] = self._output.get(job, b""), b""
        return data

    def exit_code(self, job):
        """The exit code of a job that has ended, else None."""
        return self._exits.get(job)

    def wait_hello(self, count=1, seconds=120):
        """Waits until the guest's agent has started for the count'th time."""
        seconds *= self._patience
        end = time.monotonic() + seconds
        while self.hellos < count:
            if time.monotonic() > end:
                raise Timeout(f"the guest did not boot within {seconds} s")
            self.pump(end - time.monotonic())

    def call(self, script, seconds=60, job=0):
        """Runs a short script in the guest: (exit code, output)."""
        self.start(job, script)
        seconds *= self._patience
        end = time.monotonic() + seconds
        while self.exit_code(job) is None:
            if time.monotonic() > end:
                raise Timeout(f"no answer within {seconds} s to: {script.strip()[:60]}")
            self.pump(end - time.monotonic())
        return self.exit_code(job), self.take_output(job).decode(errors="replace")

    def must(self, script, seconds=60):
        """Like call(), for what has to work."""
        code, output = self.call(script, seconds)
        if code != 0:
            raise cache.BedError(f"in the VM, exit code {code}: {script.strip()}\n{output}")
        return output


def arguments(files, cpus, shares, scratch=None):
    """
    QEMU's command line but for what Machine adds. `files` has the paths image,
    initramfs and root; `shares` a directory for each of SHARES; `scratch` is
    the disk for what the guest writes: then a reboot is a reboot.
    """
    line = ["-M", "q35", "-accel", "tcg", "-cpu", "max,-erms,-fsrm", "-smp", str(cpus),
            "-m", str(MEMORY_MB), "-nodefaults", "-no-user-config", "-display", "none",
            "-kernel", files["image"], "-initrd", files["initramfs"],
            "-append", " ".join(APPEND),
            "-device", "virtio-serial-pci",
            "-device", "virtserialport,chardev=agent,name=bed.agent",
            "-drive", f"if=none,id=root,format=raw,readonly=on,file={files['root']}",
            "-device", "virtio-blk-pci,drive=root"]
    if scratch:
        line += ["-drive", f"if=none,id=scratch,format=raw,cache=unsafe,file={scratch}",
                 "-device", "virtio-blk-pci,drive=scratch"]
    else:
        line += ["-no-reboot"]
    for tag in SHARES:
        line += ["-fsdev", f"local,id={tag},path={shares[tag]},security_model=none,readonly=on",
                 "-device", f"virtio-9p-pci,fsdev={tag},mount_tag={tag}"]
    return [str(word) for word in line]


def make_scratch(path):
    """An empty file system for what a guest writes."""
    cache.run(["/sbin/mke2fs", "-q", "-t", "ext4", path, "1G"])
