# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernels that the VM can run."""

from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import builtkernel
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


def _built(name, recipe, patience, finds_bugs):
    return Flavour(name, lambda: builtkernel.get(recipe),
                   lambda: builtkernel.get(recipe) / "headers", patience, finds_bugs)


STOCK = Flavour("stock", kernel.get, kernel.headers, 1, False)
DEBUG = _built("debug", builtkernel.SMCD_DEBUG, 5, True)
DIBS = _built("dibs", builtkernel.DIBS, 1, False)
DIBS_DEBUG = _built("dibs-debug", builtkernel.DIBS_DEBUG, 5, True)
FLAVOURS = {flavour.name: flavour for flavour in (STOCK, DEBUG, DIBS, DIBS_DEBUG)}
