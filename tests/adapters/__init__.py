"""From the mechanisms that vectors name to our rules: a dict of inputs in, a dict of outputs out.

Loaded as a package by the fixture ``adapters`` of ``tests/conftest.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import akash, bittensor_consensus, bittensor_tokens, ionet, render

ADAPTERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {}
for _module in (akash, bittensor_consensus, bittensor_tokens, ionet, render):
    _twice = ADAPTERS.keys() & _module.ADAPTERS.keys()
    assert not _twice, f"{_module.__name__}: mechanisms adapted twice: {sorted(_twice)}"
    ADAPTERS |= _module.ADAPTERS
