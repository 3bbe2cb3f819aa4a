"""Every public name says what it is: docstrings with parameters, errors and sources; complete annotations."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import researchlib

RULES = {"akash", "bittensor", "ionet", "render"}
METHODS = {"pricing", "supply", "tokens", "usage"}
#: what a short docstring may leave to its first lines: the parameters, when it names none in a section
FEW = 4


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
MODELS = [each for each in FUNCTIONS if str(each.id).split(".")[0] in RULES | METHODS | {"data", "results"}]
#: what a wing of rules holds besides rules
NO_RULE = {"render.calendar.parse_day"}
RULE_FUNCTIONS = [each for each in FUNCTIONS if str(each.id).split(".")[0] in RULES and each.id not in NO_RULE]


def _raises_value_error(function: Any) -> bool:
    """Whether the body raises a ValueError or checks an argument itself."""
    tree = ast.parse(inspect.cleandoc("\n" + inspect.getsource(function)))
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return any(name == "ValueError" or name.startswith("check.") for name in calls)


def test_every_module_says_what_is_public() -> None:
    modules = [importlib.import_module(name) for name in _modules()]
    assert not [module.__name__ for module in modules if not module.__doc__]
    wings = [module for module in modules if module.__name__.count(".") == 2 and not hasattr(module, "__path__")]
    assert not [module.__name__ for module in wings if not hasattr(module, "__all__")]


@pytest.mark.parametrize("value", EVERY)
def test_first_line_is_a_sentence(value: Any) -> None:
    first = (inspect.getdoc(value) or "").split("\n")[0]
    assert len(first) > 10, "no docstring"
    assert first.endswith((".", "?", ":")), first


@pytest.mark.parametrize("function", MODELS)
def test_every_parameter_is_named_in_the_docstring(function: Any) -> None:
    text = inspect.getdoc(function) or ""
    names = [name for name in inspect.signature(function).parameters if name not in ("self", "args", "kwargs")]
    unnamed = [name for name in names if not re.search(rf"\b{re.escape(name)}\b", text)]
    if not re.search(r"Parameters\n-+", text) and len(names) <= FEW:
        return  # a small function whose names speak
    if re.search(r"\b[Aa]s (in |for )?[`:]|are those of|with its parameters", text):
        return  # described where the docstring points
    assert not unnamed, f"not described: {', '.join(unnamed)}"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_annotations_are_complete(function: Any) -> None:
    signature = inspect.signature(function)
    bare = [name for name, each in signature.parameters.items() if each.annotation is inspect.Parameter.empty]
    assert not bare
    assert signature.return_annotation is not inspect.Signature.empty


@pytest.mark.parametrize("function", MODELS)
def test_errors_are_described_where_they_are_raised(function: Any) -> None:
    text = inspect.getdoc(function) or ""
    if len(inspect.signature(function).parameters) > FEW and _raises_value_error(function):
        assert re.search(r"Raises|ValueError|errors? (are|as)", text), "raises ValueError and does not say when"


@pytest.mark.parametrize("function", RULE_FUNCTIONS)
def test_a_rule_names_its_source(function: Any) -> None:
    module = inspect.getmodule(function)
    text = (inspect.getdoc(function) or "") + (module.__doc__ or "" if module else "")
    assert re.search(r"Sources?:", text), "neither the rule nor its module names a source"
