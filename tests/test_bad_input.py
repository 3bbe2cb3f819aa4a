"""Hostile input: every argument of every public function of the rules and methods, spoilt one at a time.

``tests/valid_calls/`` holds one valid call of each function, argument by argument. From it follow the bad calls: each
argument in turn takes what its kind of value forbids (``refused``) or what may lie beyond the function's range
(``extreme``). A refused value must raise a ValueError that names the argument. An extreme value must raise a ValueError
or give an answer without NaN. No other exception, no warning, no hang.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import inspect
import itertools
import math
import numbers
import pkgutil
import re
import signal
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest

import researchlib

WINGS = ("akash", "bittensor", "ionet", "render", "pricing", "supply", "tokens", "usage")
HERE = Path(__file__).parent
#: seconds of this process's own computing, far above what a call takes: a hang fails, and no busy machine does
PATIENCE = 20
#: steps of an exact epoch on rows of a sparse matrix: `epoch.yuma_epoch` checks every entry once at its own door, and
#: to check them all again at each step would cost as much as the step
INNER = {"bittensor.bonds", "bittensor.consensus"}
#: arguments that infinity is an answer for, and what it says
INFINITE = {
    "akash.paper.annual_emission.years": "the end of the schedule",
    "akash.paper.supply.years": "the end of the schedule",
    "pricing.miners.income_curve.stay_days": "the registration lasts for good",
    "tokens.drivers.fit_mean_reverting.ceiling": "no ceiling",
}
HUGE = 10**400


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _public_functions(wing: str) -> dict[str, Callable[..., Any]]:
    package = importlib.import_module(f"researchlib.{wing}")
    found: dict[str, Callable[..., Any]] = {}
    for info in pkgutil.iter_modules(package.__path__):
        if not info.name.startswith("_"):
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            functions = {name: getattr(module, name) for name in module.__all__}
            found |= {f"{info.name}.{name}": value for name, value in functions.items() if inspect.isfunction(value)}
    return found


FUNCTIONS = {wing: _public_functions(wing) for wing in WINGS}
CALLS: dict[str, dict[str, dict[str, Any]]] = {
    wing: _module(f"valid_calls_{wing}", HERE / "valid_calls" / f"{wing}.py").CALLS for wing in WINGS
}
EVERY = [pytest.param(wing, name, id=f"{wing}.{name}") for wing in WINGS for name in CALLS[wing]]


class Thing:
    """A value of a type that no function takes."""

    def __repr__(self) -> str:
        return "<a thing>"


def _is_number(value: Any) -> bool:
    return isinstance(value, (numbers.Real, Decimal)) and not isinstance(value, (bool, np.bool_))


def refused(value: Any, annotation: str) -> Iterator[Any]:
    """Values that no argument with this valid value may take."""
    array_like = bool(re.search(r"ArrayLike|\bAny\w", annotation))  # bounds of arrays of any shape begin with Any
    if annotation not in ("Any", "object"):
        yield Thing()
    if "None" not in annotation and value is not None and annotation != "Any":
        yield None
    if isinstance(value, bool):
        yield "yes"
    elif _is_number(value) or (array_like and _is_numbers(value)):
        yield from ("no number", math.nan, math.inf, -math.inf)
        if array_like:
            yield from ([math.nan], ["no number"], [[1.0], [1.0, 2.0]])
        else:
            yield [1, 2]
    elif _is_numbers(value):
        yield from (["no number"] * len(value), [*value[:-1], math.nan], [*value[:-1], math.inf], 5, "no number")
    elif _is_table(value):
        yield from ("no number", [["no number"]], [[1.0], [1.0, 2.0]])
        yield from (_spoilt(value, bad) for bad in (math.nan, math.inf, -math.inf))
    elif isinstance(value, str):
        yield 5
        if "denom" not in annotation:
            yield ""
    elif isinstance(value, (list, tuple, pd.DataFrame, Mapping)) or dataclasses.is_dataclass(value):
        yield from (5, "no such thing")
    elif callable(value):
        yield 5


def extreme(value: Any) -> Iterator[Any]:
    """Values that may lie beyond what the function can answer."""
    if isinstance(value, bool):
        return
    if _is_number(value):
        yield from (0, -1, -value, HUGE, -HUGE, 10**18)
        if not isinstance(value, numbers.Integral):
            yield 1e308
    elif _is_numbers(value):
        size = len(value)
        yield from ([], value[:-1], [0] * size, [-1] * size, [HUGE] * size, [1e308] * size, [[1.0, 2.0]])
    elif _is_table(value):
        yield from ([], value[:-1], 5, [Thing()])
        yield from (np.full(np.shape(value), bad).tolist() for bad in (0, -1, HUGE, 1e308))
    elif isinstance(value, str):
        yield from ("no such name", "0001-01-01", "9999-12-31", "2024-02-30")
    elif isinstance(value, (list, tuple)):
        yield from ([], [Thing()], [*value, Thing()], [None])
    elif isinstance(value, Mapping):
        yield from ({}, {"no such name": 1.0}, dict.fromkeys(value, math.nan), {key: Thing() for key in value})
    elif isinstance(value, pd.DataFrame):
        for column in value:
            yield value.drop(columns=column)


def _is_numbers(value: Any) -> bool:
    return (isinstance(value, (list, tuple)) and len(value) > 0 and all(map(_is_number, value))) or _is_number(value)


def _is_table(value: Any) -> bool:
    """Return whether the value is an array of numbers, or rows of them."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "iuf" and value.size > 0
    return (
        isinstance(value, list) and len(value) > 0 and all(isinstance(row, list) and _is_numbers(row) for row in value)
    )


def _spoilt(table: Any, bad: float) -> Any:
    """Return a table with another number in its last place."""
    spoilt = np.array(table, dtype=np.float64)
    spoilt.flat[-1] = bad
    return spoilt


def _is_infinite(value: Any) -> bool:
    return value == math.inf or (isinstance(value, list) and value[-1] == math.inf)


def _holds_nan(value: Any) -> bool:
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return bool(value.isna().to_numpy().any())
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "f" and bool(np.isnan(value).any())
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return any(_holds_nan(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, Mapping):
        return any(map(_holds_nan, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_holds_nan, value))
    return (isinstance(value, (float, np.floating)) and math.isnan(value)) or (
        isinstance(value, Decimal) and value.is_nan()
    )


def _show(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 100 else f"{text[:60]}... ({type(value).__name__})"


def _columns(call: Mapping[str, Any]) -> list[str]:
    """Columns and keys of the arguments: naming the one at fault is as good as naming the argument."""
    return [str(key) for value in call.values() if isinstance(value, (pd.DataFrame, Mapping)) for key in value]


def _late(*_: Any) -> None:
    raise TimeoutError("hangs")


def _flaw(function: Callable[..., Any], call: Mapping[str, Any], name: str, bad: Any, must: bool, nan: bool) -> str:
    """Return what is wrong with the answer to a bad call; empty if nothing is."""
    names = [name] if must else [*inspect.signature(function).parameters, *call, *_columns(call)]
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    try:
        result = function(**{**call, name: bad})
    except ValueError as error:
        named = any(re.search(rf"(?<![a-z]){re.escape(each)}(?![a-z])", str(error)) for each in names)
        return "" if named else f"message names no argument: {str(error)[:100]!r}"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:80]}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    if must:
        return f"accepted, gives {_show(result)}"
    return f"gives NaN: {_show(result)}" if _holds_nan(result) and not nan else ""


def flaws(function: Callable[..., Any], call: Mapping[str, Any]) -> list[str]:
    """Return every bad call that is answered otherwise than promised."""
    signal.signal(signal.SIGPROF, _late)
    nan = _holds_nan(function(**call))
    annotations = {key: str(each.annotation) for key, each in inspect.signature(function).parameters.items()}
    found = []
    for name, value in call.items():
        meant = f"{function.__module__}.{function.__name__}.{name}".removeprefix("researchlib.") in INFINITE
        cases = [(bad, not (meant and _is_infinite(bad))) for bad in refused(value, annotations.get(name, ""))]
        for bad, must in cases + [(bad, False) for bad in extreme(value)]:
            flaw = _flaw(function, call, name, bad, must, nan)
            if flaw:
                found.append(f"{name}={_show(bad)}: {flaw}")
    return found


@pytest.mark.parametrize("wing", WINGS)
def test_every_public_function_has_a_valid_call(wing: str) -> None:
    assert CALLS[wing].keys() == FUNCTIONS[wing].keys()


@pytest.mark.parametrize(("wing", "name"), EVERY)
def test_a_valid_call_gives_every_argument(wing: str, name: str) -> None:
    arguments = inspect.signature(FUNCTIONS[wing][name]).parameters.values()
    assert {each.name for each in arguments if each.kind is not each.VAR_KEYWORD} <= CALLS[wing][name].keys()


@pytest.mark.parametrize(("wing", "name"), EVERY)
def test_bad_arguments_are_refused_by_name(wing: str, name: str) -> None:
    if f"{wing}.{name}".rpartition(".")[0] in INNER:
        pytest.skip("checked by the rules that call it")
    found = flaws(FUNCTIONS[wing][name], CALLS[wing][name])
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("wing", "name"), EVERY)
def test_arrays_that_do_not_fit_are_refused_by_name(wing: str, name: str) -> None:
    """Two arrays of other lengths than each other: a function may take them, but not trip over them."""
    function, valid = FUNCTIONS[wing][name], CALLS[wing][name]
    takes = {key for key, each in inspect.signature(function).parameters.items() if "ArrayLike" in str(each.annotation)}
    rows = {key: value if _is_number(value) else value[0] for key, value in valid.items() if _is_numbers(value)}
    for first, second in itertools.combinations([key for key in rows if key in takes], 2):
        flaw = _flaw(function, {**valid, first: [rows[first]] * 3}, second, [rows[second]] * 2, must=False, nan=True)
        assert not flaw, f"{first}, {second}: {flaw}"


def test_the_package_is_the_one_of_this_checkout() -> None:
    assert Path(researchlib.__file__).parents[1] == HERE.parent
