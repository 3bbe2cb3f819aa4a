"""Settings of every test: one thread a process for linear algebra, no window, hypothesis without a clock."""

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported
os.environ.setdefault("MPLBACKEND", "agg")

import pytest
from hypothesis import settings

settings.register_profile("researchlib", deadline=None, max_examples=50, derandomize=True)
settings.load_profile("researchlib")


@pytest.fixture(scope="session")
def adapters() -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
    """What implements each mechanism of the vectors: ``ADAPTERS`` of the package ``tests/adapters``."""
    path = Path(__file__).parent / "adapters" / "__init__.py"
    spec = importlib.util.spec_from_file_location("vector_adapters", path)
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["vector_adapters"] = package  # its modules import each other
    spec.loader.exec_module(package)
    return dict(package.ADAPTERS)
