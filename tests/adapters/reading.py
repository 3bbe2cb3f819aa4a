"""Numbers in every form that JSON allows, for rules that take plain ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Case = dict[str, Any]
Rule = Callable[[Case], Case]


def _read(value: Any) -> Any:
    """Take numbers as text, and whole ones with a point."""
    if isinstance(value, dict):
        return {name: _read(each) for name, each in value.items()}
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return value
    return int(value) if isinstance(value, float) and value.is_integer() else value


def reading(rule: Rule) -> Rule:
    """Return the rule with its numbers read first."""
    return lambda case: rule(_read(case))
