"""Checks at the door of public functions: one message shape for every bad input."""

from __future__ import annotations

import numbers
from collections.abc import Collection, Mapping, Sized
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    import pandas as pd

#: far beyond any quantity here, and small enough that a product of three is finite
LARGEST = 1e100
#: wider than any integer of the protocols, and a float can still hold it
LARGEST_INTEGER = 2**256
#: beyond it a float no longer tells whole numbers apart
LARGEST_WHOLE = 2**53


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
    infinite: bool = False,
) -> float:
    """Return ``value`` as a finite float inside the bounds, no larger than ``LARGEST``.

    ``strict`` excludes the minimum itself, ``infinite`` allows infinity too. Raises ValueError naming the argument, the
    value and what is allowed.
    """
    real = isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))
    if real and abs(value) <= LARGEST:  # an integer too large for a float is refused as it is
        result = float(value)
        above = minimum is None or (result > minimum if strict else result >= minimum)
        if above and (maximum is None or result <= maximum):
            return result
    elif real and infinite and value == np.inf:
        return float(np.inf)
    allowed = f"a finite number {_span(minimum, maximum, strict)}".rstrip() + (" or infinity" if infinite else "")
    raise ValueError(f"{name}: {value!r} given, {allowed} allowed")


def days(name: str, value: Any, *, strict: bool = False) -> float:
    """Return a number of days >= 0 that a date can still be moved by: at most 100,000, which are 273 years."""
    return number(name, value, minimum=0, maximum=100_000, strict=strict)


def integer(name: str, value: Any, *, minimum: int | None = None, maximum: int | None = None) -> int:
    """Return ``value`` as a Python int inside the bounds; a float or bool is refused.

    Raises ValueError naming the argument, the value and what is allowed.
    """
    whole: bool = isinstance(value, numbers.Integral) and not isinstance(value, (bool, np.bool_))
    if whole:
        result = int(value)
        above = minimum is None or result >= minimum
        if above and (maximum is None or result <= maximum) and abs(result) <= LARGEST_INTEGER:
            return result
    allowed = f"an integer {_span(minimum, maximum, False)}".rstrip()
    raise ValueError(f"{name}: {value!r} given, {allowed} allowed")


def array(
    name: str,
    values: ArrayLike,
    *,
    ndim: int | None = 1,
    minimum: float | None = None,
    maximum: float | None = None,
    strict: bool = False,
    min_size: int = 0,
    infinite: bool = False,
    missing: bool = False,
) -> NDArray[np.float64]:
    """Return ``values`` as a finite float64 array of ``ndim`` axes (None: any) inside the bounds.

    ``strict`` and ``infinite`` as in :func:`number`, ``missing`` allows NaN; texts and dates are no numbers. Raises
    ValueError naming the argument, the first bad value and what is allowed.
    """
    allowed = f"finite numbers {_span(minimum, maximum, strict)}".rstrip() + (" or infinity" if infinite else "")
    try:
        result = np.asarray(raw(name, values, kinds="biufO", allowed=allowed), dtype=np.float64)
    except (OverflowError, TypeError):
        raise ValueError(f"{name}: {values!r} given, {allowed} allowed") from None
    if ndim is not None and result.ndim != ndim:
        raise ValueError(f"{name}: shape {result.shape} given, {ndim} dimension(s) allowed")
    if result.size < min_size:
        raise ValueError(f"{name}: {result.size} value(s) given, at least {min_size} needed")
    bad = ~(np.abs(result) <= LARGEST)
    if infinite:
        bad &= result != np.inf
    if missing:
        bad &= ~np.isnan(result)
    if minimum is not None:
        bad |= result <= minimum if strict else result < minimum
    if maximum is not None:
        bad |= result > maximum
    if bad.any():
        raise ValueError(f"{name}: {float(result[bad].flat[0])!r} given, {allowed} allowed")
    return result


def alike(
    name: str, values: ArrayLike, other: NDArray[np.float64], of: str, *, minimum: float | None = None
) -> NDArray[np.float64]:
    """Return ``values`` as :func:`array` does, one for each of the ``other``, which are values of as many ``of``."""
    result = array(name, values, minimum=minimum)
    if result.shape != other.shape:
        raise ValueError(f"{name}: {result.size} value(s) given, one a {of} ({other.size}) allowed")
    return result


def raw(name: str, values: ArrayLike, *, kinds: str, allowed: str) -> NDArray[Any]:
    """Return ``values`` as an array of the type NumPy gives them, which must be of one of the kinds.

    ``kinds`` are NumPy's letters: b flags, i and u integers, f floats, O other objects, of which a text is refused.
    Raises ValueError naming the argument, the value and what is allowed.
    """
    try:
        result = np.asarray(values)
    except ValueError:  # rows of different length
        raise ValueError(f"{name}: {values!r} given, {allowed} allowed") from None
    kind = result.dtype.kind
    if kind not in kinds or (kind == "O" and any(isinstance(value, str) for value in result.flat)):
        raise ValueError(f"{name}: {values!r} given, {allowed} allowed")
    return result


def whole(
    name: str,
    values: ArrayLike,
    *,
    ndim: int | None = 1,
    minimum: int | None = None,
    maximum: int | None = None,
    min_size: int = 0,
) -> NDArray[np.int64]:
    """Return ``values`` as an int64 array inside the bounds; floats pass where they are whole.

    Raises ValueError naming the argument, the first bad value and what is allowed.
    """
    result = array(name, values, ndim=ndim, min_size=min_size)
    bad = (result != np.floor(result)) | (np.abs(result) > LARGEST_WHOLE)
    if minimum is not None:
        bad |= result < minimum
    if maximum is not None:
        bad |= result > maximum
    if bad.any():
        allowed = f"whole numbers {_span(minimum, maximum, False)}".rstrip()
        raise ValueError(f"{name}: {float(result[bad].flat[0])!r} given, {allowed} allowed")
    return result.astype(np.int64)


def broadcast(**arrays: ArrayLike) -> None:
    """Raise ValueError naming the arrays and their shapes if they do not broadcast together."""
    shapes = {name: np.shape(array) for name, array in arrays.items()}
    try:
        np.broadcast_shapes(*shapes.values())
    except ValueError:
        given = ", ".join(map(str, shapes.values()))
        raise ValueError(f"{', '.join(shapes)}: shapes {given} given, ones that broadcast together allowed") from None


def same_length(**sequences: Sized) -> None:
    """Raise ValueError naming the sequences and their lengths if these differ."""
    lengths = {name: len(values) for name, values in sequences.items()}
    if len(set(lengths.values())) > 1:
        given = ", ".join(map(str, lengths.values()))
        raise ValueError(f"{', '.join(lengths)}: {given} value(s) given, equal lengths needed")


def one_of(name: str, value: Any, allowed: Collection[Any]) -> Any:
    """Return ``value`` if it is among ``allowed``; else ValueError with the list."""
    if value not in allowed:
        raise ValueError(f"{name}: {value!r} given, one of {', '.join(map(str, allowed))} allowed")
    return value


def frame(name: str, value: Any, columns: Collection[str] = ()) -> None:
    """Raise ValueError if ``value`` is no DataFrame or lacks a column."""
    wanted = f"a DataFrame with {', '.join(map(str, columns))}" if columns else "a DataFrame"
    if not hasattr(value, "columns"):
        raise ValueError(f"{name}: {value!r} given, {wanted} allowed")
    if missing := [str(column) for column in columns if column not in value.columns]:
        raise ValueError(f"{name}: {', '.join(missing)} missing, {wanted} allowed")


def text(name: str, value: Any) -> str:
    """Return ``value`` if it is a text that is not empty; else ValueError."""
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: {value!r} given, text allowed")
    return value


def flag(name: str, value: Any) -> bool:
    """Return ``value`` as a bool if it is True or False; else ValueError."""
    if not isinstance(value, (bool, np.bool_)):
        raise ValueError(f"{name}: {value!r} given, True or False allowed")
    return bool(value)


def function(name: str, value: Any) -> None:
    """Raise ValueError if ``value`` cannot be called."""
    if not callable(value):
        raise ValueError(f"{name}: {value!r} given, a function allowed")


def instance(name: str, value: Any, kind: type) -> None:
    """Raise ValueError if ``value`` is no ``kind``."""
    if not isinstance(value, kind):
        raise ValueError(f"{name}: {value!r} given, {kind.__name__} allowed")


def sequence(name: str, values: Any, kind: type | tuple[type, ...] = object, *, min_size: int = 0) -> None:
    """Raise ValueError if ``values`` is no collection in order, too short or holds anything but ``kind``.

    A text is none.
    """
    kinds, names = _kinds(kind)
    wanted = names and f" of {names}"
    if not isinstance(values, Collection) or isinstance(values, (str, bytes, Mapping)):
        raise ValueError(f"{name}: {values!r} given, a sequence{wanted} allowed")
    if len(values) < min_size:
        raise ValueError(f"{name}: {len(values)} value(s) given, at least {min_size} needed")
    for place, value in enumerate(values):
        if not isinstance(value, kinds):
            raise ValueError(f"{name}: {value!r} given at {place}, a sequence{wanted} allowed")


def mapping(name: str, value: Any, kind: type | tuple[type, ...] = object, *, min_size: int = 0) -> None:
    """Raise ValueError if ``value`` is no mapping, too short or holds anything but ``kind``."""
    kinds, names = _kinds(kind)
    wanted = names and f" to {names}"
    if not isinstance(value, Mapping):
        raise ValueError(f"{name}: {value!r} given, a mapping{wanted} allowed")
    if len(value) < min_size:
        raise ValueError(f"{name}: {len(value)} value(s) given, at least {min_size} needed")
    for key, each in value.items():
        if not isinstance(each, kinds):
            raise ValueError(f"{name}: {each!r} given for {key!r}, a mapping{wanted} allowed")


def _kinds(kind: type | tuple[type, ...]) -> tuple[tuple[type, ...], str]:
    """Return the types as a tuple, and their names for a message; no names where anything is allowed."""
    kinds = kind if isinstance(kind, tuple) else (kind,)
    names = "" if object in kinds else " or ".join(each.__name__ for each in kinds)
    return ((*kinds, numbers.Integral) if int in kinds else kinds), names  # NumPy's integers too


def seed(name: str, value: Any) -> np.random.Generator:
    """Return the generator that ``value`` is or starts; ValueError unless it is one or an integer >= 0."""
    return value if isinstance(value, np.random.Generator) else np.random.default_rng(integer(name, value, minimum=0))


def moment(name: str, value: Any) -> pd.Timestamp:
    """Return a date, a time or its ISO text as a Timestamp; else ValueError naming the argument."""
    import pandas as pd

    try:
        if isinstance(value, (numbers.Number, bool)):
            raise TypeError
        result = pd.Timestamp(value)
        if pd.isna(result) or not 1700 <= result.year <= 2200:  # what nanoseconds can count
            raise ValueError
        return result
    except (OverflowError, TypeError, ValueError):
        raise ValueError(f"{name}: {value!r} given, a date or its text YYYY-MM-DD allowed") from None


def dates(name: str, values: Any, *, min_size: int = 0) -> pd.DatetimeIndex:
    """Return dates, times or their ISO texts in the order given; else ValueError naming the argument."""
    import pandas as pd

    try:
        given = np.asarray(values)
        numeric = given.dtype.kind in "biufc" and given.size
        if given.ndim != 1 or numeric or (given.dtype == object and any(isinstance(v, numbers.Number) for v in given)):
            raise TypeError
        result = pd.DatetimeIndex(pd.to_datetime(given, format="ISO8601"))
        if result.hasnans or (len(result) and not 1700 <= result.min().year <= result.max().year <= 2200):
            raise ValueError
    except (OverflowError, TypeError, ValueError):
        raise ValueError(f"{name}: {values!r} given, dates or their texts YYYY-MM-DD allowed") from None
    if len(result) < min_size:
        raise ValueError(f"{name}: {len(result)} date(s) given, at least {min_size} needed")
    return result
