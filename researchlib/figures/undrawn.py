"""Axes that take every drawing and keep nothing, for runs that want results and no pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from researchlib import figures

__all__ = ["Undrawn", "stop_drawing"]

#: What a notebook may still ask of `researchlib.figures`: it gives text or numbers, and draws nothing.
_KEPT = {"COLOURS", "HALO", "NAMES", "Range", "compact"}


class Undrawn:
    """Stands where a figure, an axes or an artist would: any attribute and any call gives the same again."""

    def __getattr__(self, name: str) -> Undrawn:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Undrawn:
        """Take any drawing."""
        return self

    def __getitem__(self, key: object) -> float:
        """Give one end of a limit or a size."""
        return 1.0

    def __iter__(self) -> Iterator[Undrawn]:
        """Two of them: limits and sizes come in pairs."""
        return iter((self, self))


def stop_drawing() -> None:
    """Let this process build no figure and no table from now on; for a child that ends with its run."""
    nothing = Undrawn()

    def subplots(nrows: int = 1, ncols: int = 1, *, squeeze: bool = True, **_: Any) -> tuple[Any, Any]:
        axes = np.full((nrows, ncols), nothing, dtype=object)
        one = axes.squeeze() if squeeze else axes
        return nothing, one.item() if one.ndim == 0 else one

    plt.subplots, plt.figure = subplots, nothing
    for name in set(figures.__all__) - _KEPT:
        setattr(figures, name, nothing)
