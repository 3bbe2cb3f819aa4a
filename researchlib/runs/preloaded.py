"""Imported last by the warm parent of the kernels: everything it holds now is shared by all of them."""

from __future__ import annotations

import contextlib
import gc
import io
import os
import sys

import nbformat
import pandas as pd
from jupyter_client.provisioning.factory import KernelProvisionerFactory
from matplotlib.backends import backend_registry
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from researchlib.runs import identity

__all__ = ["PATH", "changed", "reseed"]

#: The import path of a fresh interpreter, without the current folder, which IPython adds.
PATH = [entry for entry in sys.path if entry]

_OURS = tuple(
    module.__file__ for name, module in list(sys.modules.items()) if name.startswith("researchlib") and module.__file__
)
_STAMPS = [os.stat(file).st_mtime_ns for file in _OURS]


def changed() -> bool:
    """Return whether source that the warm parent has imported was edited since."""
    try:
        return [os.stat(file).st_mtime_ns for file in _OURS] != _STAMPS
    except FileNotFoundError:
        return True


def reseed() -> None:
    """Give NumPy's global generator fresh entropy, as a new process has; `random` does so itself after a fork."""
    import numpy as np

    np.random.seed()  # noqa: NPY002


def _warm_up() -> None:
    """Do once what each run would do again: read the tables, find the fonts, compile the notebook schema."""
    identity.package()
    identity.data()
    tables = sys.modules.get("researchlib.data")
    if tables is not None:  # some notebook imports it
        with contextlib.suppress(Exception):  # a table that does not read is told by the notebook that needs it
            for table in tables.TABLES:
                tables.load(table)
    # figure and canvas without pyplot, whose state stays as a fresh kernel finds it
    figure = Figure(layout="constrained")
    ax = figure.subplots()
    ax.plot(pd.to_datetime(["2024-01-01", "2026-01-01"]), [0, 1], label="0")
    ax.legend()
    ax.set(title="0", xlabel="0")
    FigureCanvasAgg(figure).print_png(io.BytesIO())
    # these ask every installed package for what it brings: the backends, the ways to start a kernel
    backend_registry.list_all()
    KernelProvisionerFactory.instance()
    pd.DataFrame({"0": ["0"]}).to_html(render_links=True)
    if "numba" in sys.modules:
        import numba

        numba.njit()(lambda: 0)()  # it imports most of itself when it first compiles
    nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")]))


_warm_up()
# moves all objects out of the collector's sight, so that a child's collection does not copy the parent's pages
gc.collect()
gc.freeze()
