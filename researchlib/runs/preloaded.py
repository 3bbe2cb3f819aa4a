"""The warm parent of the kernels: everything it holds is shared by all of them."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import sys
import traceback

from researchlib.runs import machine

__all__ = ["PATH", "TROUBLE", "changed", "reseed", "shadowed"]

#: What went wrong with the imports, beyond modules that do not exist.
TROUBLE: list[str] = []

# a terminal is for those who ask for runs; what is said here is told with a run that it concerns
if log := os.environ.pop(machine.LOG, ""):
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)


def _import(modules: list[str]) -> None:
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError:  # the notebook that wants it tells
            continue
        except Exception as error:
            traceback.print_exc()
            TROUBLE.append(f"{name} cannot be imported ({type(error).__name__}: {error})")


_import(os.environ.pop(machine.WANTED, "").split())

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


def shadowed(folder: str) -> list[str]:
    """Return the modules of a folder that a fresh kernel there might import in place of what is imported here."""
    found = {name.partition(".")[0] for name in os.listdir(folder) if name.endswith(".py")}
    found |= {name for name in os.listdir(folder) if os.path.isfile(os.path.join(folder, name, "__init__.py"))}
    return sorted(
        name
        for name in (found & sys.modules.keys()) - sys.stdlib_module_names
        if not (getattr(sys.modules[name], "__file__", None) or "").startswith(os.path.join(folder, name))
    )


def reseed() -> None:
    """Give NumPy's global generator fresh entropy, as a new process has; `random` does so itself after a fork."""
    import numpy as np

    np.random.seed()  # noqa: NPY002


def _warm_up() -> None:
    """Do once what each run would do again: read the tables, find the fonts, compile the notebook schema."""
    import nbformat
    import pandas as pd
    from jupyter_client.provisioning.factory import KernelProvisionerFactory
    from matplotlib.backends import backend_registry
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from researchlib.runs import identity

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


try:
    _warm_up()
except Exception as error:
    traceback.print_exc()
    TROUBLE.append(f"the libraries cannot be tried out ({type(error).__name__}: {error})")
