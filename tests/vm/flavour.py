# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernels that the VM can run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import debugkernel
import kernel


@dataclass(frozen=True)
class Flavour:
    """
    get() gives the kernel's directory, headers() what modules are built
    against. Time-outs are multiplied by patience; finds_bugs: it has lockdep
    and kmemleak, to be asked at the end of each case.
    """
    name: str
    get: Callable[[], Path]
    headers: Callable[[], Path]
    patience: int
    finds_bugs: bool


STOCK = Flavour("stock", kernel.get, kernel.headers, 1, False)
DEBUG = Flavour("debug", debugkernel.get, lambda: debugkernel.get() / "headers", 5, True)
FLAVOURS = {flavour.name: flavour for flavour in (STOCK, DEBUG)}
