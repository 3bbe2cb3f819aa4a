"""The report's tests write notebooks as those of the runs do."""

from tests.runs.conftest import _inline_figures, doubling, write

__all__ = ["_inline_figures", "doubling", "write"]
