"""Imported last by the warm parent of the kernels: everything it holds now is shared by all of them."""

from __future__ import annotations

import gc
import sys

import nbformat

from researchlib.batch import identity

__all__ = ["PACKAGE", "PATH", "reseed"]

#: The import path of a fresh interpreter, without the current folder, which IPython adds.
PATH = [entry for entry in sys.path if entry]

#: What the package's source was when it was imported; a run that finds it changed starts an ordinary kernel.
PACKAGE = identity.package()


def reseed() -> None:
    """Give NumPy's global generator fresh entropy, as a new process has; `random` does so itself after a fork."""
    import numpy as np

    np.random.seed()  # noqa: NPY002


# compiles the notebook schema once, for the process that drives a kernel
nbformat.validate(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")]))
# moves all objects out of the collector's sight, so that a child's collection does not copy the parent's pages
gc.collect()
gc.freeze()
