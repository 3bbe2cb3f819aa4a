"""Bounds stand in the signature, once, and are checked once: at the front door.

An argument's annotation says what it may be: ``Annotated[float, number(minimum=0)]``, or one of the names below, or
a plain type (``int`` is any whole number, ``str`` a text that is not empty, a dataclass an instance of it). `checked`
reads that when the function is first called and refuses a bad argument by name. What a checked function calls is
inside: it is trusted, so that one call makes one round of checks. `allowed` turns the same declaration into words.
"""

from __future__ import annotations

import collections.abc
import functools
import inspect
import threading
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    Literal,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import numpy as np
from numpy.typing import NDArray

from researchlib import _validate as check

if TYPE_CHECKING:
    import pandas as pd  # a rule without tables does not wait for it

__all__ = [
    "Amount",
    "Amounts",
    "AnyAmounts",
    "AnyNumbers",
    "AnyPositives",
    "Anything",
    "Bound",
    "Count",
    "Counts",
    "Date",
    "DateText",
    "Dates",
    "Days",
    "Number",
    "Numbers",
    "Positive",
    "PositiveCount",
    "Positives",
    "Seed",
    "Share",
    "Shares",
    "allowed",
    "array",
    "bounds_of",
    "callback",
    "checked",
    "frame",
    "integer",
    "mapping",
    "number",
    "one_of",
    "rule",
    "sequence",
    "whole",
]

T = TypeVar("T")


@dataclass(frozen=True, eq=False)  # by identity: limits may be anything
class Bound:
    """What an argument may be: a function that returns the argument as the body wants it or raises ValueError.

    Attributes
    ----------
    clean : function
        Takes name and value; its ValueError names the argument, the value and what is allowed.
    limits : mapping
        The limits that ``clean`` was made with, for the tests that try their ends.
    """

    clean: Callable[[str, Any], Any]
    limits: Mapping[str, Any]


def rule(clean: Callable[..., Any], **limits: Any) -> Bound:
    """Return the bound that a check makes with some limits; a check that returns nothing keeps the value."""

    def cleaned(name: str, value: Any) -> Any:
        result = clean(name, value, **limits)
        return value if result is None else result

    return Bound(cleaned, limits)


number = functools.partial(rule, check.number)
integer = functools.partial(rule, check.integer)
array = functools.partial(rule, check.array)
whole = functools.partial(rule, check.whole)
sequence = functools.partial(rule, check.sequence)
mapping = functools.partial(rule, check.mapping)


def frame(*columns: str) -> Bound:
    """Return the bound of a table with these columns."""
    return rule(check.frame, columns=columns)


def one_of(*values: Any) -> Bound:
    """Return the bound of an argument that takes one of a few values."""
    return rule(check.one_of, allowed=values)


def _anything(name: str, value: Any) -> Any:
    return value


def _date_text(name: str, value: Any) -> None:
    check.moment(name, check.text(name, value))


Number = Annotated[float, number()]
Amount = Annotated[float, number(minimum=0)]
Positive = Annotated[float, number(minimum=0, strict=True)]
Share = Annotated[float, number(minimum=0, maximum=1)]
Days = Annotated[float, rule(check.days)]
Count = Annotated[int, integer(minimum=0)]
PositiveCount = Annotated[int, integer(minimum=1)]
Numbers = Annotated[NDArray[np.float64], array()]
Amounts = Annotated[NDArray[np.float64], array(minimum=0)]
Positives = Annotated[NDArray[np.float64], array(minimum=0, strict=True)]
Shares = Annotated[NDArray[np.float64], array(minimum=0, maximum=1)]
Counts = Annotated[NDArray[np.int64], whole(minimum=0)]
#: numbers, or arrays of any shape, for rules that work element by element
AnyNumbers = Annotated[float | NDArray[np.float64], array(ndim=None)]
AnyAmounts = Annotated[float | NDArray[np.float64], array(ndim=None, minimum=0)]
AnyPositives = Annotated[float | NDArray[np.float64], array(ndim=None, minimum=0, strict=True)]
DateText = Annotated[str, rule(_date_text)]
if TYPE_CHECKING:
    Date = Annotated[pd.Timestamp, rule(check.moment)]
    Dates = Annotated[pd.DatetimeIndex, rule(check.dates)]
else:
    Date = Annotated[Any, rule(check.moment)]
    Dates = Annotated[Any, rule(check.dates)]
Seed = Annotated[np.random.Generator, rule(check.seed)]
Anything = Annotated[Any, Bound(_anything, {})]

_PLAIN: dict[Any, Bound] = {
    bool: rule(check.flag),
    int: integer(),
    float: number(),
    str: rule(check.text),
    np.random.Generator: rule(check.seed),
}

_PANDAS = {"DataFrame": frame(), "Timestamp": rule(check.moment)}

_here = threading.local()


def _bound(annotation: Any) -> Bound | None:
    """Return the bound that an annotation declares; None where it declares none."""
    if get_origin(annotation) is Annotated:
        return next((each for each in get_args(annotation)[1:] if isinstance(each, Bound)), None)
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if getattr(annotation, "__module__", "").startswith("pandas") and annotation.__name__ in _PANDAS:
        return _PANDAS[annotation.__name__]
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        wanted = [each for each in inner if each is not type(None)]
        bounds = [_bound(each) for each in wanted]
        if len(bounds) != 1 or bounds[0] is None:
            return None
        of_value = bounds[0]
        return Bound(lambda name, value: None if value is None else of_value.clean(name, value), of_value.limits)
    if origin is Literal:
        return one_of(*inner)
    if origin is collections.abc.Callable:
        return Bound(_function, {})
    if origin in (collections.abc.Sequence, list, tuple):
        return sequence(kind=_classes(inner[0])) if inner else sequence()
    if origin in (collections.abc.Mapping, dict):
        return mapping(kind=_classes(inner[1])) if inner else mapping()
    return rule(check.instance, kind=annotation) if isinstance(annotation, type) else None


def _classes(annotation: Any) -> Any:
    """Return the class that each element must be of, ``object`` where only its use shows."""
    return annotation if isinstance(annotation, type) and annotation not in (float, int) else object


def _function(name: str, value: Any) -> Any:
    """Return a caller's function so that what it calls is checked again: it is no part of the inside."""
    check.function(name, value)

    @functools.wraps(value, updated=())
    def outside(*args: Any, **kwargs: Any) -> Any:
        inside, _here.inside = getattr(_here, "inside", False), False
        try:
            return value(*args, **kwargs)
        finally:
            _here.inside = inside

    return outside


#: for a check of one's own that takes functions among others
callback = Bound(_function, {})


def bounds_of(target: Callable[..., Any]) -> dict[str, Bound | None]:
    """Return what each argument of a function, or field of a dataclass, may be; None where nothing is declared."""
    function = inspect.unwrap(target)
    hints = get_type_hints(function, include_extras=True)
    names = inspect.signature(function).parameters
    return {name: _bound(hints[name]) for name in names if name in hints and get_origin(hints[name]) is not ClassVar}


def allowed(target: Callable[..., Any]) -> dict[str, str]:
    """Return in words what each argument of a checked function may be, from the messages of its bounds."""
    words = {}
    for name, bound in bounds_of(target).items():
        try:
            if bound is not None:
                bound.clean(name, _NOTHING)
        except ValueError as error:
            words[name] = str(error).partition(" given, ")[2].removesuffix(" allowed")
    return words


_NOTHING = object()


def checked(target: T) -> T:
    """Make a function, or the constructor of a dataclass, a front door: it refuses bad arguments by name.

    Inside the call, other front doors trust their arguments. A function that the caller passed in is outside again.
    Raises ValueError naming the argument, the value given and what is allowed.
    """
    if isinstance(target, type):
        target.__init__ = _door(target.__init__, target)  # type: ignore[misc]
        return target
    door: T = _door(target, target)
    return door


def _door(function: Any, declared: Any) -> Any:
    signature = inspect.signature(function)
    here = _here

    @functools.cache
    def plan() -> dict[str, tuple[Callable[[str, Any], Any], bool]]:
        kinds = {name: each.kind for name, each in signature.parameters.items()}
        return {
            name: (bound.clean, kinds[name] is inspect.Parameter.VAR_POSITIONAL)
            for name, bound in bounds_of(declared).items()
            if bound is not None and kinds[name] is not inspect.Parameter.VAR_KEYWORD
        }

    def door(*args: Any, **kwargs: Any) -> Any:
        if getattr(here, "inside", False):
            return function(*args, **kwargs)
        given = signature.bind(*args, **kwargs)
        rules = plan()
        for name, value in given.arguments.items():
            if name in rules:
                clean, several = rules[name]
                given.arguments[name] = tuple(clean(name, v) for v in value) if several else clean(name, value)
        here.inside = True
        try:
            return function(*given.args, **given.kwargs)
        finally:
            here.inside = False

    # in the module of the function, where doctest and others look for it
    twin = types.FunctionType(door.__code__, function.__globals__, function.__name__, None, door.__closure__)
    return functools.update_wrapper(twin, function)
