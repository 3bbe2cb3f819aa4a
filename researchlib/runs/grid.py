"""Parameter sets of a sweep: every combination, one by one, or a sample."""

from __future__ import annotations

import csv
import math
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from researchlib.declared import Value
from researchlib.runs.notebook import Parameter, brief, checked, listing, parse

__all__ = ["from_file", "from_texts", "runs"]

#: More runs than this are taken for a mistake; a sample of the combinations serves then.
LIMIT = 1_000_000


def from_texts(given: Sequence[tuple[str, str]], declared: Mapping[str, Parameter]) -> dict[str, list[Value]]:
    """Return the values of each parameter from pairs of a name and what a command line says of it.

    Values are separated by commas, as in a CSV file: one that holds a comma stands in double quotes. For a number,
    ``1:8:2`` counts from 1 to 8 in steps of 2, both ends included.

    Raises ValueError if a name is not declared or given twice, or a value does not read as its type.

    Examples
    --------
    >>> from_texts([("days", "7,14")], {"days": Parameter("days", "int", 7, "")})
    {'days': [7, 14]}
    >>> from_texts([("days", "1:3:1,7")], {"days": Parameter("days", "int", 7, "")})
    {'days': [1, 2, 3, 7]}
    """
    axes: dict[str, list[Value]] = {}
    for name, text in given:
        if name not in declared:
            raise ValueError(f"{brief(name)} is no parameter of the notebook; {listing(declared.values())}")
        if name in axes:
            raise ValueError(f"{name}: given twice; write its values as one list, {name} a,b,c")
        axes[name] = [value for part in _parts(name, text) for value in _spoken(part, declared[name])]
    return axes


def _parts(name: str, text: str) -> list[str]:
    """Return the values of a list as CSV has them."""
    if '"' not in text:
        return text.split(",")
    try:
        (parts,) = csv.reader([text], strict=True)
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{name}: {brief(text)} given, values as in a CSV file allowed ({error})") from None
    return parts


def _spoken(text: str, parameter: Parameter) -> list[Value]:
    """Return the values that one part of a list stands for: itself, or for numbers a range."""
    ends = text.split(":")
    if len(ends) != 3 or parameter.type not in ("int", "float"):
        return [parse(text, parameter)]
    return _range(dict(zip(("from", "to", "step"), ends, strict=True)), parameter)


def from_file(
    path: Path, declared: Mapping[str, Parameter]
) -> tuple[dict[str, list[Value]], list[dict[str, Value]] | None]:
    """Return what a YAML file asks for.

    ``path``: the file. A mapping gives each parameter one value, a list of values, or ``{from: 0, to: 1, step: 0.1}``
    (both ends included); a list of mappings gives whole parameter sets. ``declared``: the notebook's parameters.
    Returned is values by parameter, and None; or no values, and the parameter sets. Raises ValueError if the file does
    not read so, or a name or value does not fit the notebook.
    """
    import yaml

    try:
        content = yaml.load(path.read_text(encoding="utf-8"), _loader())
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise ValueError(f"grid: {path} cannot be read ({' '.join(str(error).split())})") from None
    if isinstance(content, list) and content and all(isinstance(entry, dict) for entry in content):
        return {}, [{name: _value(name, value, declared) for name, value in entry.items()} for entry in content]
    if not isinstance(content, dict) or not content:
        raise ValueError(f"grid: {path} given, a mapping of parameters to values or a list of mappings allowed")
    axes: dict[str, list[Value]] = {}
    for name, value in content.items():
        if isinstance(value, dict) and name in declared:
            axes[name] = _range(value, declared[name])
        else:
            axes[name] = [_value(name, one, declared) for one in (value if isinstance(value, list) else [value])]
        if not axes[name]:
            raise ValueError(f"{name}: no value given in {path}")
    return axes, None


def _value(name: str, value: Any, declared: Mapping[str, Parameter]) -> Value:
    """Return a value of a file, which holds texts, as the declared type reads them."""
    if isinstance(value, str) and name in declared:
        return parse(value, declared[name])
    return checked({name: value}, declared)[name]


@cache
def _loader() -> Any:
    """Return YAML's safe loader, but with numbers, dates and truth values as written, and no key twice."""
    import yaml

    class Loader(yaml.SafeLoader):
        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [(key.tag, key.value) for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            twice = next((key for key in keys if keys.count(key) > 1), None)
            if twice:
                raise yaml.constructor.ConstructorError(None, None, f"{twice[1]!r} is given twice", node.start_mark)
            return super().construct_mapping(node, deep)

    for kind in ("int", "float", "bool", "timestamp"):
        Loader.add_constructor(f"tag:yaml.org,2002:{kind}", lambda loader, node: node.value)
    return Loader


def runs(
    axes: Mapping[str, Sequence[Value]], *, together: bool = False, sample: int | None = None, seed: int = 0
) -> list[dict[str, Value]]:
    """Return the parameter sets of a sweep, each once.

    ``axes``: values by parameter. ``together``: take the first values together, then the second, and so on, instead of
    every combination; a single value serves for all. ``sample``: draw so many of the combinations, none twice.
    ``seed``: of the sample. Raises ValueError if lists taken together differ in length, or there are too many
    combinations.

    Examples
    --------
    >>> runs({"a": [1, 2], "b": ["x", "y"]}, together=True)
    [{'a': 1, 'b': 'x'}, {'a': 2, 'b': 'y'}]
    """
    names = list(axes)
    lengths = [len(axes[name]) for name in names]
    if together:
        longest = max(lengths, default=1)
        uneven = {name: length for name, length in zip(names, lengths, strict=True) if length not in (1, longest)}
        if uneven:
            counts = ", ".join(f"{name} has {len(axes[name])}" for name in names)
            raise ValueError(f"zip: lists of one length needed, {counts}")
        return _unique([{name: axes[name][i % len(axes[name])] for name in names} for i in range(longest)])
    total = math.prod(lengths)
    if sample is None and total > LIMIT:
        raise ValueError(f"product: {total} runs asked for, at most {LIMIT} allowed; take a sample")
    most = min(total, LIMIT)
    if sample is not None and not 1 <= sample <= most:
        raise ValueError(f"sample: {sample} given, 1 to {most} allowed of {total} combinations")
    chosen = range(total) if sample is None else _draw(total, sample, seed)
    return _unique([_combination(number, axes) for number in chosen])


def _draw(total: int, count: int, seed: int) -> list[int]:
    """Return distinct numbers below ``total``, in order; `random.sample` takes no total beyond the machine's word."""
    generator = random.Random(seed)
    chosen: set[int] = set()
    while len(chosen) < count:
        chosen.add(generator.randrange(total))
    return sorted(chosen)


def _combination(number: int, axes: Mapping[str, Sequence[Value]]) -> dict[str, Value]:
    """Return the combination of a number, the last parameter varying fastest."""
    found = {}
    for name in reversed(list(axes)):
        number, digit = divmod(number, len(axes[name]))
        found[name] = axes[name][digit]
    return {name: found[name] for name in axes}


def _unique(sets: Sequence[dict[str, Value]]) -> list[dict[str, Value]]:
    return list({tuple(entry.items()): entry for entry in sets}.values())


def _range(given: Mapping[str, Any], parameter: Parameter) -> list[Value]:
    """Return the numbers from one end to the other, both included, of the parameter's type."""
    ends = [given.get(key) for key in ("from", "to", "step")]
    if len(given) != 3 or parameter.type not in ("int", "float") or not all(isinstance(text, str) for text in ends):
        raise ValueError(f"{parameter.name}: {brief(given)} given, numbers for from, to and step allowed")
    for text in ends:
        parse(str(text), parameter)
    start, stop, step = (Decimal(str(text)) for text in ends)
    if step <= 0 or stop < start:
        raise ValueError(f"{parameter.name}: {brief(given)} given, from <= to and step > 0 needed")
    count = int((stop - start) / step) + 1
    if count > LIMIT:
        raise ValueError(f"{parameter.name}: {count} values given, at most {LIMIT} allowed")
    kind = int if parameter.type == "int" else float
    return [kind(start + i * step) for i in range(count)]
