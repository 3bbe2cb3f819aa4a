"""Imported first by the warm parent of the kernels: it leaves out what costs a second and serves no run."""

from __future__ import annotations

import sys

__all__: list[str] = []

# jsonschema, by which nbformat checks notebooks, would build a grammar of international addresses, for a format that no
# notebook's schema names; where the grammar is missing it does without
_GRAMMAR = "rfc3987_syntax"
if _GRAMMAR not in sys.modules:
    sys.modules[_GRAMMAR] = None  # type: ignore[assignment]
    import nbformat  # noqa: F401

    del sys.modules[_GRAMMAR]
