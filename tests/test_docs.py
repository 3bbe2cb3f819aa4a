"""Every public name says what it is: docstrings with parameters, units, errors and sources; complete annotations."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import researchlib

RULES = {"akash", "bittensor", "ionet", "render"}
METHODS = {"pricing", "supply", "tokens", "usage"}
#: names without underscore that other modules of the same wing use, and nobody else should
SHARED = {
    "bittensor.alpha.root_proportion_raw",
    "bittensor.fixed.exact",
    "bittensor.fixed.flags",
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
    r"\b(int|float|ArrayLike|NDArray|Array|(Any)?(Numbers?|Amounts?|Positives?)|(Positive)?Counts?|Decimal|Fraction|"
    r"Matrix|Weights|Series|DataFrame)\b"
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


EVERY = {f"{module[12:]}.{name}": value for module in _modules() for name, value in _public(module)}
FUNCTIONS = {name: value for name, value in EVERY.items() if inspect.isfunction(value)}
WINGS = RULES | METHODS
#: what only the package itself uses
INSIDE = {"data.ask", "data.limits", "data.live", "data.tables"}


def _of(found: dict[str, Any], places: set[str]) -> dict[str, Any]:
    return {name: each for name, each in found.items() if name.split(".")[0] in places}


def _offenders(found: dict[str, Any], fault: Callable[[Any], object]) -> list[str]:
    """Return the names whose value has a fault, with what it is: a form check is one test that lists them all."""
    return [f"{name}: {said}" for name, value in found.items() if (said := fault(value))]


def _prose(value: Any) -> str:
    """Return the docstring without its examples: a name there is used, not described."""
    return re.sub(r"(?m)^>>>.*(?:\n(?!\n).*)*", "", inspect.getdoc(value) or "")


def _described(text: str, name: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def _names_a_source(text: str) -> bool:
    return bool(re.search(r"(?m)^Sources?: \S", text))


def test_every_module_says_what_is_public() -> None:
    for name in _modules():
        module = importlib.import_module(name)
        assert module.__doc__, f"{name} has no docstring"
        defined = [node.name for node in _tree(module).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        assert hasattr(module, "__all__") or not defined, f"{name} has no __all__"


def test_what_is_not_public_is_named_so() -> None:
    for name in (name for name in _modules() if name.split(".")[1] in WINGS):
        module = importlib.import_module(name)
        defined = {node.name for node in _tree(module).body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        stray = {each for each in defined - set(getattr(module, "__all__", ())) if not each.startswith("_")}
        assert not [each for each in stray if f"{name[12:]}.{each}" not in SHARED], name


def _first_line(value: Any) -> str:
    first = (inspect.getdoc(value) or "").split("\n")[0]
    return "" if len(first) > 10 and first.endswith((".", "?", ":")) else f"begins with {first!r}"


def test_first_line_is_a_sentence() -> None:
    assert not _offenders(EVERY, _first_line)


def _undescribed(function: Any) -> list[str]:
    text = _prose(function)
    # a parameter dataclass of our own says itself what it holds
    return [
        name
        for name, each in inspect.signature(function).parameters.items()
        if each.kind is not each.VAR_KEYWORD
        and not str(each.annotation).endswith("Parameters")
        and not _described(text, name)
    ]


def test_every_parameter_is_described() -> None:
    models = _of(FUNCTIONS, WINGS | {"data", "results"})
    outside = {name: each for name, each in models.items() if name.rpartition(".")[0] not in INSIDE}
    assert not _offenders(outside, _undescribed)


def _without_unit(value: Any) -> str:
    if inspect.isclass(value):
        annotations = inspect.get_annotations(value)
    else:
        annotations = {name: each.annotation for name, each in inspect.signature(value).parameters.items()}
        annotations["return"] = inspect.signature(value).return_annotation
    if any(NUMERIC.search(str(each)) for each in annotations.values()):
        text = _prose(value)
        for name in annotations:  # the name itself says nothing: a field called days is not described by its name
            text = re.sub(rf"(?m)^{re.escape(name)} : .*$", "", text)
        if not UNIT.search(text):
            return "no unit is named"
    return ""


def test_numbers_have_a_unit() -> None:
    assert not _offenders(_of(EVERY, WINGS), _without_unit)


def _without_source(function: Any) -> str:
    module = inspect.getmodule(function)
    own, whole = inspect.getdoc(function) or "", inspect.getdoc(module) or ""
    return "" if _names_a_source(own) or _names_a_source(whole) else "neither it nor its module names a source"


def test_a_rule_or_method_names_its_source() -> None:
    assert not _offenders(_of(FUNCTIONS, WINGS), _without_source)


def _unannotated(function: Any) -> list[str]:
    signature = inspect.signature(function)
    bare = [name for name, each in signature.parameters.items() if each.annotation is each.empty and name != "self"]
    return [*bare, *(["return"] if signature.return_annotation is signature.empty else [])]


def test_annotations_are_complete() -> None:
    assert not _offenders(FUNCTIONS, _unannotated)


def _members(value: Any) -> list[str]:
    found = []
    for name, member in vars(value).items():
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if name.startswith("_") or not inspect.isfunction(function) or function.__module__ != value.__module__:
            continue
        if len(inspect.getdoc(function) or "") < 10 or _unannotated(function):
            found.append(name)
    return found


def test_members_are_described_and_annotated() -> None:
    assert not _offenders({name: each for name, each in EVERY.items() if inspect.isclass(each)}, _members)


def test_these_tests_see_what_is_missing() -> None:
    """The checks above on a function that lacks everything, and on one that lacks nothing."""

    def bare(amount: float):  # type: ignore[no-untyped-def]
        """Return twice of it

        Examples
        --------
        >>> bare(amount=2)
        4
        """
        return 2 * amount

    def full(amount: float) -> float:
        """Return twice ``amount``, tokens.

        Source: arithmetic.
        """
        return 2 * amount

    checks = (_first_line, _undescribed, _without_unit, _without_source, _unannotated)
    assert all(check(bare) for check in checks)
    assert not any(check(full) for check in checks)
