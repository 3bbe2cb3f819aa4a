"""Checks at the door of public functions: one message shape for every bad input."""

from __future__ import annotations

import numbers
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def _span(minimum: float | None, maximum: float | None, strict: bool) -> str:
    lower = "" if minimum is None else f"{'>' if strict else '>='} {minimum}"
    upper = "" if maximum is None else f"<= {maximum}"
    return " and ".join(part for part in (lower, upper) if part)


def number(
    name: str,
    value: Any,
    *,
    minimum: float | None = None,
    maximum: float | None = None,
    strict: bool = False,
) -> float:
    """Return ``value`` as a finite float inside the bounds.

    ``strict`` excludes the minimum itself. Raises ValueError naming the argument, the value and what is allowed.
    """
    allowed = f"a finite number {_span(minimum, maximum, strict)}".rstrip()
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Real):
        raise ValueError(f"{name}: {value!r} given, {allowed} allowed")
    result = float(value)
    below = minimum is not None and (result <= minimum if strict else result < minimum)
    if not np.isfinite(result) or below or (maximum is not None and result > maximum):
        raise ValueError(f"{name}: {value!r} given, {allowed} allowed")
    return result


def integer(name: str, value: Any, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return ``value`` as a Python int inside the bounds; a float or bool is refused.

    Raises ValueError naming the argument, the value and what is allowed.
    """
    allowed = f"an integer {_span(minimum, maximum, False)}".rstrip()
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, numbers.Integral):
        raise ValueError(f"{name}: {value!r} given, {allowed} allowed")
    result = int(value)
    if (minimum is not None and result < minimum) or (maximum is not None and result > maximum):
        raise ValueError(f"{name}: {value!r} given, {allowed} allowed")
    return result


def array(
    name: str,
    values: ArrayLike,
    *,
    ndim: int | None = 1,
    minimum: float | None = None,
    maximum: float | None = None,
    strict: bool = False,
    min_size: int = 0,
) -> NDArray[np.float64]:
    """Return ``values`` as a finite float64 array of ``ndim`` axes (None: any) inside the bounds.

    Raises ValueError naming the argument, the first bad value and what is allowed.
    """
    allowed = f"finite numbers {_span(minimum, maximum, strict)}".rstrip()
    try:
        result = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: {values!r} given, {allowed} allowed") from None
    if ndim is not None and result.ndim != ndim:
        raise ValueError(f"{name}: shape {result.shape} given, {ndim} dimension(s) allowed")
    if result.size < min_size:
        raise ValueError(f"{name}: {result.size} value(s) given, at least {min_size} needed")
    bad = ~np.isfinite(result)
    if minimum is not None:
        bad |= result <= minimum if strict else result < minimum
    if maximum is not None:
        bad |= result > maximum
    if bad.any():
        raise ValueError(f"{name}: {result[bad].flat[0]!r} given, {allowed} allowed")
    return result


def one_of(name: str, value: Any, allowed: Collection[Any]) -> Any:
    """Return ``value`` if it is among ``allowed``; else ValueError with the list."""
    if value not in allowed:
        raise ValueError(f"{name}: {value!r} given, one of {', '.join(map(str, allowed))} allowed")
    return value
