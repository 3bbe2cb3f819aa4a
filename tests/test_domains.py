"""The ends of every numeric argument's domain: the last value inside is taken, the first one outside is refused.

``tests/valid_calls/domains.py`` says what each argument may be; the other arguments are those of the valid calls.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).parent / "valid_calls"
WINGS = ("akash", "bittensor", "ionet", "render", "pricing", "supply", "tokens", "usage")
#: the next number, for those that are no integers; small beside one, large beside rounding
STEP = Decimal("0.000001")
#: upper ends of sizes, which work alone bounds: to take them costs minutes
SIZES = {Decimal(10**power) for power in range(4, 10)}


def _load(name: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"domains_of_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DOMAINS: dict[str, str] = _load("domains").DOMAINS
FREE: set[str] = _load("domains").FREE


def _dataclasses_in(value: Any) -> Iterator[Any]:
    """Yield the parameters, offers, devices ... that a value holds."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield value
        for field in dataclasses.fields(value):
            yield from _dataclasses_in(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _dataclasses_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _dataclasses_in(each)


def _calls() -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    """Return a valid call of every function, and of every dataclass of ours that one of them takes."""
    found: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {}
    for wing in WINGS:
        for name, call in _load(wing).CALLS.items():
            module, _, function = name.rpartition(".")
            target = getattr(importlib.import_module(f"researchlib.{wing}.{module}"), function)
            found[f"{wing}.{name}"] = (target, call)
            for thing in _dataclasses_in(call):
                place = type(thing).__module__.removeprefix("researchlib.")
                fields = {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing) if field.init}
                found.setdefault(f"{place}.{type(thing).__name__}", (type(thing), fields))
    return found


CALLS = _calls()


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float, Decimal, np.number)) and not isinstance(value, bool)


def _with_first(value: Any, number: Any) -> Any:
    """Return the value with its first number replaced; None if it holds none."""
    if _is_number(value):
        return number
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple)) and value:
        first = _with_first(value[0], number)
        return None if first is None else [first, *value[1:]]
    return None


def ends(domain: str) -> tuple[list[Any], list[Any]]:
    """Return the outermost values inside a domain, and the innermost outside."""
    kind, low_sign, low, high = re.fullmatch(  # type: ignore[union-attr]
        r"(integer|decimal|number) (>=?) (\S+)(?: and <= (\S+))?", domain
    ).groups()
    number: Any = int if kind == "integer" else Decimal
    step = 1 if kind == "integer" else STEP
    lowest = number(low)
    taken, refused = ([lowest], [lowest - step]) if low_sign == ">=" else ([lowest + step], [lowest])
    if high is not None:
        refused.append(number(high) + step)
        if number(high) not in SIZES:
            taken.append(number(high))
    if kind == "number":
        return [float(value) for value in taken], [float(value) for value in refused]
    return taken, refused


CASES = [
    pytest.param(name, argument, domain, id=f"{name}.{argument}")
    for name, (_, call) in CALLS.items()
    for argument, value in call.items()
    if (domain := DOMAINS.get(f"{name}.{argument}", DOMAINS.get(argument))) not in (None, "otherwise")
    and _with_first(value, 0) is not None
]


def _refusal(function: Callable[..., Any], call: Mapping[str, Any], argument: str, value: Any) -> str:
    """Return the message that refuses the argument; empty if it is taken, whatever comes of it."""
    try:
        function(**{**call, argument: _with_first(call[argument], value)})
    except ValueError as error:
        return str(error) if re.match(rf"{argument}\b.* given", str(error), flags=re.DOTALL) else ""
    return ""


@pytest.mark.parametrize(("name", "argument", "domain"), CASES)
def test_domain_ends_where_it_says(name: str, argument: str, domain: str) -> None:
    function, call = CALLS[name]
    taken, refused = ends(domain)
    for value in taken:
        message = _refusal(function, call, argument, value)
        assert not message, f"{value!r} is refused: {message}"
    for value in refused:
        assert _refusal(function, call, argument, value), f"{value!r} is taken"


def _vectors(call: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return the arguments that are several numbers, as lists."""
    lists = {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in call.items()}
    return {
        name: list(value)
        for name, value in lists.items()
        if isinstance(value, (list, tuple)) and len(value) > 1 and all(map(_is_number, value))
    }


PAIRS = [
    pytest.param(name, argument, id=f"{name}.{argument}")
    for name, (_, call) in CALLS.items()
    for vectors in [_vectors(call)]
    for argument, value in vectors.items()
    if sum(len(other) == len(value) for other in vectors.values()) > 1 and f"{name}.{argument}" not in FREE
]


@pytest.mark.parametrize(("name", "argument"), PAIRS)
def test_a_vector_of_another_length_than_the_others_is_refused(name: str, argument: str) -> None:
    function, call = CALLS[name]
    value = _vectors(call)[argument]
    for other in ([*value, value[-1]], value[:-1]):
        with pytest.raises(ValueError):  # noqa: PT011
            function(**{**call, argument: other})


def test_every_domain_is_used() -> None:
    everywhere = {f"{name}.{argument}" for name, (_, call) in CALLS.items() for argument in call}
    used = {f"{case.values[0]}.{case.values[1]}" for case in CASES}
    assert {name for name in DOMAINS if "." in name} <= everywhere
    assert {name for name in DOMAINS if "." not in name} <= {name.rpartition(".")[2] for name in used}
    assert everywhere >= FREE


def test_ends_of_domains() -> None:
    assert ends("integer >= 1 and <= 3") == ([1, 3], [0, 4])
    assert ends("number > 0") == ([1e-6], [0.0])
    assert ends("integer >= 0 and <= 340282366920938463463374607431768211455")[1][1] == 2**128
    assert ends("decimal >= 0 and <= 1") == ([Decimal(0), Decimal(1)], [Decimal("-0.000001"), Decimal("1.000001")])
