"""Bounds stand in signatures and are checked once, at the door: every declaration is tried at its ends and beyond."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import math
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
import pytest

import researchlib
from researchlib import bounds
from researchlib.bounds import Amounts, Positive, PositiveCount, Share, checked, sequence

WINGS = ("akash", "bittensor", "ionet", "render", "pricing", "supply", "tokens", "usage")
#: public functions that other rules call in their steps, with arguments that were checked at the rule's own door
INNER = {"bittensor.bonds", "bittensor.consensus"}


def _doors() -> Iterator[tuple[str, Any]]:
    """Yield the public functions of rules and methods, and the public dataclasses that a caller fills."""
    for wing in WINGS:
        package = importlib.import_module(f"researchlib.{wing}")
        for info in pkgutil.iter_modules(package.__path__):
            if info.name.startswith("_") or f"{wing}.{info.name}" in INNER:
                continue
            module = importlib.import_module(f"{package.__name__}.{info.name}")
            for name in module.__all__:
                value = getattr(module, name)
                if inspect.isfunction(value) or _is_parameters(value):
                    yield f"{wing}.{info.name}.{name}", value


def _is_parameters(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and isinstance(value, type) and value.__name__.endswith("Parameters")


DOORS = dict(_doors())
BOUNDS = {
    f"{door}: {name}": (name, bound)
    for door, value in DOORS.items()
    if inspect.signature(value).parameters
    for name, bound in bounds.bounds_of(value).items()
}


class Thing:
    """A value of a type that nothing takes."""

    def __repr__(self) -> str:
        return "<a thing>"


def _refusal(name: str, bound: bounds.Bound, value: Any) -> str:
    """Return the message that refuses a value; empty if it is taken."""
    try:
        bound.clean(name, value)
    except ValueError as error:
        return str(error)
    return ""


def test_every_public_function_and_parameter_class_is_a_door() -> None:
    open_ones = [
        name
        for name, value in DOORS.items()
        if inspect.signature(value).parameters
        and not hasattr(value.__init__ if isinstance(value, type) else value, "__wrapped__")
    ]
    assert not open_ones


def test_every_argument_declares_what_it_may_be() -> None:
    kinds = {
        f"{door}: {name}": each.kind
        for door, value in DOORS.items()
        for name, each in inspect.signature(value).parameters.items()
    }
    undeclared = [place for place, (_, bound) in BOUNDS.items() if bound is None]
    assert not [place for place in undeclared if kinds[place] is not inspect.Parameter.VAR_KEYWORD]


def test_a_thing_is_refused_by_name_everywhere() -> None:
    anything = bounds.bounds_of(_takes_anything)["x"]
    wrong = [
        place
        for place, (name, bound) in BOUNDS.items()
        if bound not in (None, anything) and not _refusal(name, bound, Thing()).startswith(f"{name}: ")  # type: ignore[arg-type]
    ]
    assert not wrong


def _takes_anything(x: bounds.Anything) -> None:
    """Take anything."""


def test_no_number_that_is_none_passes() -> None:
    wrong = []
    for place, (name, bound) in BOUNDS.items():
        if bound is None or not {"minimum", "maximum"} & bound.limits.keys():
            continue
        bad = [math.nan, -math.inf, "no number", [math.nan], ["no number"]]
        if not bound.limits.get("infinite"):
            bad.append(math.inf)
        wrong += [f"{place} takes {value!r}" for value in bad if not _refusal(name, bound, value)]
    assert not wrong


def test_the_ends_of_a_range_are_inside_and_the_next_numbers_outside() -> None:
    wrong = []
    for place, (name, bound) in BOUNDS.items():
        if bound is None:
            continue
        low, high, strict = (bound.limits.get(key) for key in ("minimum", "maximum", "strict"))
        for end, step in ((low, -1), (high, 1)):
            if end is None:
                continue
            beyond = [end + step * max(1, abs(end) // 10**6)]  # a whole number, so that integers are tried too
            at_end = _taken(name, bound, end)
            if at_end == (bool(strict) and step < 0):
                wrong.append(f"{place}: its end {end} is {'taken' if at_end else 'refused'}")
            wrong += [f"{place} takes {value}" for value in beyond if _taken(name, bound, value)]
    assert not wrong


def _taken(name: str, bound: bounds.Bound, number: Any) -> bool:
    """Return whether a number is taken, alone or as the first of an array of the shape that the bound wants."""
    size = max(1, bound.limits.get("min_size", 1))
    shapes = [number, [number] * size, [[number] * size] * size]
    return any(not _refusal(name, bound, shape) for shape in shapes)


@checked
@dataclass(frozen=True)
class SomeParameters:
    """Parameters, fraction and count."""

    take: Share
    count: PositiveCount = 3


@checked
def inner(share: Share) -> float:
    """Return the share."""
    return share


@checked
def outer(
    share: Share,
    values: Amounts,
    *more: Positive,
    kind: Literal["x", "y"] = "x",
    price: Positive | None = None,
    parameters: SomeParameters | None = None,
    names: Annotated[Any, sequence(kind=str)] = (),
    call: Callable[[float], float] | None = None,
    table: pd.DataFrame | None = None,
) -> Any:
    """Return what came in, and what an inner door or a caller's function makes of it."""
    return values if call is None else call(inner(7.0))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: outer(2, [1]), "share: 2 given, a finite number >= 0 and <= 1 allowed"),
        (lambda: outer(0.5, [-1]), "values: -1.0 given, finite numbers >= 0 allowed"),
        (lambda: outer(0.5, [1], 1, 0), "more: 0 given, a finite number > 0 allowed"),
        (lambda: outer(0.5, [1], kind="z"), "kind: 'z' given, one of x, y allowed"),
        (lambda: outer(0.5, [1], price=0), "price: 0 given, a finite number > 0 allowed"),
        (lambda: outer(0.5, [1], parameters=3), "parameters: 3 given, SomeParameters allowed"),
        (lambda: outer(0.5, [1], names=["a", 1]), "names: 1 given at 1, a sequence of str allowed"),
        (lambda: outer(0.5, [1], call=1), "call: 1 given, a function allowed"),
        (lambda: outer(0.5, [1], table=1), "table: 1 given, a DataFrame allowed"),
        (lambda: SomeParameters(1.5), "take: 1.5 given, a finite number >= 0 and <= 1 allowed"),
        (lambda: SomeParameters(1, count=0), "count: 0 given, an integer >= 1 allowed"),
        (lambda: dataclasses.replace(SomeParameters(1), take=-1), "take: -1 given"),
    ],
)
def test_a_bad_argument_is_refused_in_its_name_with_what_is_allowed(call, message) -> None:
    with pytest.raises(ValueError, match="^" + message.replace("(", r"\(").replace(">", ">")):
        call()


def test_arguments_arrive_as_the_annotation_says() -> None:
    assert isinstance(outer(1, [1, 2]), np.ndarray)
    assert outer(1, [1], price=None, parameters=None).dtype == np.float64
    assert SomeParameters(1) == SomeParameters(take=1.0, count=3)


def test_inside_a_call_other_doors_trust_and_a_callers_function_is_outside_again() -> None:
    assert outer(0.5, [1], call=lambda value: value) == 7.0  # inner(7.0) was not refused
    with pytest.raises(ValueError, match="share: 7.0 given"):
        outer(0.5, [1], call=inner)
    with pytest.raises(ValueError, match="share: 7.0 given"):  # and the door is shut again after an error
        inner(7.0)


def test_bounds_are_told_in_words() -> None:
    words = bounds.allowed(outer)
    assert words["share"] == "a finite number >= 0 and <= 1"
    assert words["kind"] == "one of x, y"
    assert words["parameters"] == "SomeParameters"


def test_the_package_is_the_one_of_this_checkout() -> None:
    assert importlib.import_module("researchlib").__file__ == researchlib.__file__
    assert researchlib.__path__[0].startswith(str(__file__).partition("/tests/")[0])
