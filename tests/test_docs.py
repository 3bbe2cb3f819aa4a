"""Every public name says what it is: docstrings with parameters, units, errors and sources; complete annotations."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

import researchlib

RULES = {"akash", "bittensor", "ionet", "render"}
METHODS = {"pricing", "supply", "tokens", "usage"}
#: names without underscore that other modules of the same wing use, and nobody else should
SHARED = {
    "bittensor.alpha.root_proportion_raw",
    "bittensor.pool.positive_price",
    "bittensor.pool.price_raw",
    "render.calendar.since_start",
}
#: what a number may be measured in, or how it is said to have no unit
UNIT = re.compile(
    r"""(?ix) (?<!\w) (
    usd | eur | dollars? | u?akt | u?act | io | tao | rao | alpha-rao | tokens? | credits? | currency | u-units? |
    fractions? | shares? | percent | ratio | basis\ points | chance | probabilit(y|ies) |
    between\ 0\ and\ 1 | of\ 65,535 | scaled |
    u16 | u32 | u64 | i32f32 | 2\^(32|64) | 10\^18 | bits? | digits? | decimals |
    seconds? | hours? | days? | weeks? | months? | years? | dates? | blocks? | epochs? | heights? | steps? |
    counts? | numbers? | whole | gpus? | cpus? | bytes? | gib | gb | mb/s | kwh | erlangs? | obh | points? | scores? |
    units? | places? | index | indices | ranks? | sizes? | multipliers? | factors? | weights? | level | true |
    names? | text | columns? | prices?
    ) (?!\w)"""
)
NUMERIC = re.compile(
    r"\b(int|float|ArrayLike|NDArray|Array|Numbers?|Decimal|Fraction|Matrix|Weights|Series|DataFrame)\b"
)


def _modules() -> list[str]:
    found = [info.name for info in pkgutil.walk_packages(researchlib.__path__, "researchlib.")]
    return [name for name in found if not any(part.startswith("_") for part in name.split("."))]


def _public(module: str) -> Iterator[tuple[str, Any]]:
    loaded = importlib.import_module(module)
    for name in getattr(loaded, "__all__", ()):
        value = getattr(loaded, name)
        if (inspect.isfunction(value) or inspect.isclass(value)) and value.__module__ == module:
            yield name, value


EVERY = [pytest.param(value, id=f"{module[12:]}.{name}") for module in _modules() for name, value in _public(module)]
FUNCTIONS = [each for each in EVERY if inspect.isfunction(each.values[0])]
CLASSES = [each for each in EVERY if inspect.isclass(each.values[0])]


def _of(params: list[Any], places: set[str]) -> list[Any]:
    return [each for each in params if str(each.id).split(".")[0] in places]


MODELS = _of(FUNCTIONS, RULES | METHODS | {"data", "results"})


def _prose(value: Any) -> str:
    """Return the docstring without its examples: a name there is used, not described."""
    return re.sub(r"(?m)^>>>.*(?:\n(?!\n).*)*", "", inspect.getdoc(value) or "")


def _described(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def _may_raise(module: ModuleType, name: str) -> bool:
    """Whether a function raises ValueError or checks an argument, itself or through the functions of its module."""
    bodies = {node.name: node for node in _tree(module).body if isinstance(node, ast.FunctionDef)}
    left, seen = [name], set()
    while left:
        current = left.pop()
        if current in seen or current not in bodies:
            continue
        seen.add(current)
        calls = [ast.unparse(node.func) for node in ast.walk(bodies[current]) if isinstance(node, ast.Call)]
        if any(call == "ValueError" or call.startswith("check.") for call in calls):
            return True
        left += calls
    return False


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def _says_its_errors(text: str) -> bool:
    return bool(re.search(r"Raises\n-+\n|\bValueError\b|\berrors\b", text))


def _names_a_source(text: str) -> bool:
    return bool(re.search(r"(?m)^Sources?: \S", text))


def test_every_module_says_what_is_public() -> None:
    for name in _modules():
        module = importlib.import_module(name)
        assert module.__doc__, f"{name} has no docstring"
        defined = [node.name for node in _tree(module).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        assert hasattr(module, "__all__") or not defined, f"{name} has no __all__"


@pytest.mark.parametrize("name", [name for name in _modules() if name.split(".")[1] in RULES | METHODS])
def test_what_is_not_public_is_named_so(name: str) -> None:
    module = importlib.import_module(name)
    defined = {node.name for node in _tree(module).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    stray = {each for each in defined - set(getattr(module, "__all__", ())) if not each.startswith("_")}
    assert not [each for each in stray if f"{name[12:]}.{each}" not in SHARED]


@pytest.mark.parametrize("value", EVERY)
def test_first_line_is_a_sentence(value: Any) -> None:
    first = (inspect.getdoc(value) or "").split("\n")[0]
    assert len(first) > 10, "no docstring"
    assert first.endswith((".", "?", ":")), first


@pytest.mark.parametrize("function", MODELS)
def test_every_parameter_is_described(function: Any) -> None:
    text = _prose(function)
    # a parameter dataclass of our own says itself what it holds
    names = [
        name
        for name, each in inspect.signature(function).parameters.items()
        if each.kind is not each.VAR_KEYWORD and not str(each.annotation).endswith("Parameters")
    ]
    assert not [name for name in names if not _described(text, name)]


@pytest.mark.parametrize("value", _of(EVERY, RULES | METHODS))
def test_numbers_have_a_unit(value: Any) -> None:
    if inspect.isclass(value):
        annotations = inspect.get_annotations(value)
    else:
        annotations = {name: each.annotation for name, each in inspect.signature(value).parameters.items()}
        annotations["return"] = inspect.signature(value).return_annotation
    if any(NUMERIC.search(str(each)) for each in annotations.values()):
        text = _prose(value)
        for name in annotations:  # the name itself says nothing: a field called days is not described by its name
            text = re.sub(rf"(?m)^{re.escape(name)} : .*$", "", text)
        assert UNIT.search(text), "no unit is named"


@pytest.mark.parametrize("function", MODELS)
def test_errors_are_described_where_they_are_raised(function: Any) -> None:
    module = inspect.getmodule(function)
    assert module is not None
    if _may_raise(module, function.__name__):
        assert _says_its_errors(_prose(function)), "raises ValueError and does not say when"


@pytest.mark.parametrize("function", _of(FUNCTIONS, RULES | METHODS))
def test_a_rule_or_method_names_its_source(function: Any) -> None:
    module = inspect.getmodule(function)
    assert module is not None
    own, whole = inspect.getdoc(function) or "", inspect.getdoc(module) or ""
    assert _names_a_source(own) or _names_a_source(whole), "neither it nor its module names a source"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_annotations_are_complete(function: Any) -> None:
    signature = inspect.signature(function)
    bare = [name for name, each in signature.parameters.items() if each.annotation is inspect.Parameter.empty]
    assert not bare
    assert signature.return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize("value", CLASSES)
def test_members_are_described_and_annotated(value: Any) -> None:
    for name, member in vars(value).items():
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != value.__module__:
            continue
        assert len(inspect.getdoc(function) or "") >= 10, f"{name} has no docstring"
        signature = inspect.signature(function)
        bare = [key for key, each in list(signature.parameters.items())[1:] if each.annotation is each.empty]
        assert not bare, f"{name}: {bare}"
        assert signature.return_annotation is not signature.empty, name


def test_these_tests_see_what_is_missing() -> None:
    """The checks above on a function that lacks everything, and on one that lacks nothing."""

    def bare(amount: float) -> float:
        """Return twice of it.

        Examples
        --------
        >>> bare(amount=2)
        4
        """
        return 2 * amount

    def full(amount: float) -> float:
        """Return twice ``amount``, tokens. Raises ValueError for a negative one.

        Source: arithmetic.
        """
        return 2 * amount

    checks = (lambda text: _described(text, "amount"), UNIT.search, _says_its_errors, _names_a_source)
    assert not any(check(_prose(bare)) for check in checks)
    assert all(check(_prose(full)) for check in checks)
