"""Loops that Numba compiles to machine code, for what NumPy can only do in many passes over long columns.

The machine code is kept beside the source file of each loop, and made anew when that file changes: a loop and the
functions that it calls belong in one file.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """``loop`` as machine code, which lets go of Python's lock; divisions are the processor's, as NumPy's are."""
    return cast(Loop, numba.njit(cache=True, nogil=True, error_model="numpy")(loop))


@compiled
def _nothing() -> None:
    pass


def load() -> None:
    """Start what every loop needs (a third of a second), so that the first of them need not, while others wait."""
    _nothing()
