# SPDX-License-Identifier: GPL-2.0-or-later
"""A VM for a person: a script's output as it comes, then a prompt on the console."""

import os
import select
import shutil
import socket
import sys
import termios
import tty
from pathlib import Path

import cache
import guest
import machine
import runner

JOB = 1
ESCAPE = b"\x01"
TERMINALS = ("xterm", "xterm-256color", "screen", "screen-256color", "tmux", "tmux-256color")


def _run_script(vm, script):
    """Runs a script and prints its output; returns its exit code."""
    vm.start(JOB, runner.case_script(script, {"BED_BOOT": 1}))
    while vm.exit_code(JOB) is None:
        vm.pump(1)
        sys.stdout.buffer.write(vm.take_output(JOB))
        sys.stdout.flush()
    sys.stdout.buffer.write(vm.take_output(JOB))
    sys.stdout.flush()
    return vm.exit_code(JOB)


def _drain(console):
    while select.select([console], [], [], 0)[0] and console.recv(65536):
        pass


def _type(console, data, escaped):
    """Sends typed bytes to the VM. Returns (end asked for, Ctrl-A pending)."""
    for byte in (data[i:i + 1] for i in range(len(data))):
        if escaped and byte in b"xX":
            return True, False
        if byte == ESCAPE and not escaped:
            escaped = True
            continue
        console.sendall(byte)
        escaped = False
    return False, escaped


def _bridge(console):
    """Connects the terminal with the console until one of them ends."""
    end = escaped = False
    while not end:
        ready, _, _ = select.select([console, sys.stdin], [], [])
        if console in ready:
            data = console.recv(65536)
            os.write(sys.stdout.fileno(), data)
            end = not data
        if sys.stdin in ready and not end:
            data = os.read(sys.stdin.fileno(), 1024)
            end, escaped = _type(console, data, escaped)
            end = end or not data


def _interact(vm, console):
    size = shutil.get_terminal_size()
    name = os.environ.get("TERM")
    vm.must(f"echo BED_TERM={name if name in TERMINALS else 'linux'} > /run/bed-console.env\n"
            f"stty -F /dev/ttyS0 rows {size.lines} cols {size.columns}\n"
            "dmesg -n 1")
    _drain(console)
    cache.say("you are in the VM now; poweroff, or Ctrl-A X, ends it")
    vm.must("systemctl start bed-console.service")
    saved = termios.tcgetattr(sys.stdin) if sys.stdin.isatty() else None
    try:
        if saved:
            tty.setraw(sys.stdin)
        _bridge(console)
    finally:
        if saved:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, saved)
    print()


def session(built, cpus, shares, directory, script, interactive):
    """Runs `script`, if given, then a shell, if wanted; returns the exit code."""
    ours, theirs = socket.socketpair()
    log = Path(directory) / "console"
    code = 0
    cache.say("starting the VM ...")
    try:
        with guest.restored(built, cpus, shares, log, theirs) as vm:
            theirs.close()
            if script:
                code = _run_script(vm, script)
            if interactive:
                _interact(vm, ours)
    except (machine.GuestGone, machine.Timeout):
        sys.stderr.write(log.read_text(errors="replace"))
        raise
    return code
