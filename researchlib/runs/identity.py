"""What a run depends on: notebook, parameters, package, libraries, data and figures, each as a fingerprint.

A stored run is the answer to the same question only if all of them are unchanged; where one differs the run is stale,
and its name says why.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Collection, Iterable, Mapping
from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from researchlib.runs import notebook as notebooks

__all__ = ["KEY", "changed", "data", "libraries", "notebook", "of", "package", "parameters", "state"]

#: Where an executed notebook's metadata keep the identity of its run.
KEY = "researchlib"

_PACKAGE = Path(__file__).resolve().parents[1]
#: Parts of the package that no result depends on.
_APART = ("runs", "report", "refresh", "cli.py")
_LIBRARIES = ("numpy", "pandas", "scipy", "matplotlib", "seaborn", "statsmodels", "numba", "ipykernel", "papermill")


def of(source: Mapping[str, Any], values: Mapping[str, Any], *, figures: bool = True) -> dict[str, str]:
    """Return the fingerprints of a run.

    ``source``: the notebook as `notebook.load` returns it. ``values``: the parameters given, checked; those left out
    count at their defaults. ``figures``: whether the run draws its figures. Returned is texts by what they stand for:
    fingerprints of notebook, parameters, package, libraries and data; figures, which are ``drawn`` or ``none``.
    """
    defaults = {name: parameter.default for name, parameter in notebooks.parameters(source).items()}
    return {
        "notebook": notebook(source),
        "parameters": parameters({**defaults, **values}),
        "package": package(),
        "libraries": libraries(),
        "data": data(),
        "figures": "drawn" if figures else "none",
    }


def changed(executed: Mapping[str, Any], wanted: Mapping[str, str]) -> list[str] | None:
    """Return what differs between a stored run and the one wanted.

    ``executed``: an executed notebook. ``wanted``: fingerprints as `of` returns them. Returned is names such as
    ``data``; empty if the stored run answers what is wanted, None if it says nothing of its inputs.
    """
    stored = executed.get("metadata", {}).get(KEY, {}).get("identity")
    if stored is None:
        return None
    more = {"figures": "drawn"}  # a run that drew its figures has all that one without them has
    return [name for name, digest in wanted.items() if stored.get(name) not in (digest, more.get(name, digest))]


def parameters(values: Mapping[str, Any]) -> str:
    """Return the fingerprint of a full set of parameter values."""
    return _digest([json.dumps(values, sort_keys=True).encode()])


def notebook(source: Mapping[str, Any]) -> str:
    """Return the fingerprint of a notebook's cells and kernel, whatever its stored outputs."""
    cells = [[cell["cell_type"], notebooks.source(cell), sorted(notebooks.tags(cell))] for cell in source["cells"]]
    kernel = source.get("metadata", {}).get("kernelspec", {}).get("name", "")
    return _digest([json.dumps([kernel, cells]).encode()])


def package() -> str:
    """Return the fingerprint of the package's source, without what only runs notebooks or reads endpoints."""
    return _files(_PACKAGE, {".py"}, _APART)


@cache
def libraries() -> str:
    """Return the fingerprint of Python's and the main libraries' versions."""
    found = [f"python {platform.python_version()}"]
    for name in _LIBRARIES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return _digest([line.encode() for line in found])


def state() -> dict[str, str]:
    """Return the fingerprints of what may change on disk while a run is under way."""
    return {"package": package(), "data": data()}


def data() -> str:
    """Return the fingerprint of every table in the data folder in use."""
    named = os.environ.get("RESEARCHLIB_DATA")
    folder = Path(named) if named else _PACKAGE.parent / "data"
    return _files(folder, {".csv", ".json"})


def _files(folder: Path, suffixes: Collection[str], apart: Collection[str] = ()) -> str:
    """Return the fingerprint of the files below a folder that end so, without those ``apart`` at its top.

    Every run asks for it: the walk is the plain one of `os`, several times as fast as that of `pathlib`.
    """
    stamps = {}
    for where, folders, names in os.walk(folder):
        left_out = {"__pycache__", *(apart if where == str(folder) else ())}
        folders[:] = [name for name in folders if name not in left_out]
        for name in names:
            # a name with a dot in front is no table, but an editor's lock or a file to be renamed
            if name not in left_out and name[0] != "." and os.path.splitext(name)[1] in suffixes:
                path = os.path.join(where, name)
                stat = os.stat(path)
                stamps[path] = (stat.st_mtime_ns, stat.st_size)
    return _files_stamped(tuple(sorted(stamps.items())))


@lru_cache(maxsize=8)
def _files_stamped(stamps: tuple[tuple[str, tuple[int, int]], ...]) -> str:
    """Read files again only if one's stamp (time, size) has changed; a forked process inherits what was read."""
    paths = [Path(path) for path, _ in stamps]
    return _digest(part for path in paths for part in (path.name.encode(), path.read_bytes()))


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()
