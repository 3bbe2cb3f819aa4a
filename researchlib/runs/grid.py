"""Parameter sets of a sweep: every combination, one by one, or a sample."""

from __future__ import annotations

import datetime
import math
import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from researchlib.runs.notebook import Parameter, Value, brief, checked, listing, parse

__all__ = ["from_file", "from_texts", "runs"]

#: More runs than this are taken for a mistake; a sample of the combinations serves then.
LIMIT = 1_000_000


def from_texts(given: Sequence[tuple[str, str]], declared: Mapping[str, Parameter]) -> dict[str, list[Value]]:
    """Return the values of each parameter from pairs of a name and comma-separated values.

    Raises
    ------
    ValueError
        If a name is not declared or given twice, or a value does not read as its type.

    Examples
    --------
    >>> from_texts([("days", "7,14")], {"days": Parameter("days", "int", 7, "")})
    {'days': [7, 14]}
    """
    axes: dict[str, list[Value]] = {}
    for name, text in given:
        if name not in declared:
            raise ValueError(f"{brief(name)} is no parameter of the notebook; {listing(declared.values())}")
        if name in axes:
            raise ValueError(f"{name}: given twice; write its values as one list, {name} a,b,c")
        axes[name] = [parse(part, declared[name]) for part in text.split(",")]
    return axes


def from_file(
    path: Path, declared: Mapping[str, Parameter]
) -> tuple[dict[str, list[Value]], list[dict[str, Value]] | None]:
    """Return what a YAML file asks for.

    Parameters
    ----------
    path
        The file. A mapping gives each parameter one value, a list of values, or ``{from: 0, to: 1, step: 0.1}`` (both
        ends included); a list of mappings gives whole parameter sets.
    declared
        The notebook's parameters.

    Returns
    -------
    tuple
        Values by parameter, and None; or no values, and the parameter sets.

    Raises
    ------
    ValueError
        If the file does not read so, or a name or value does not fit the notebook.
    """
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise ValueError(f"grid: {path} cannot be read ({' '.join(str(error).split())})") from None
    if isinstance(content, list) and content and all(isinstance(entry, dict) for entry in content):
        sets = [checked({name: _plain(value) for name, value in entry.items()}, declared) for entry in content]
        return {}, sets
    if not isinstance(content, dict) or not content:
        raise ValueError(f"grid: {path} given, a mapping of parameters to values or a list of mappings allowed")
    axes = {}
    for name, value in content.items():
        values = value if isinstance(value, list) else _range(name, value) if isinstance(value, dict) else [value]
        axes[name] = [checked({name: _plain(entry)}, declared)[name] for entry in values]
        if not values:
            raise ValueError(f"{name}: no value given in {path}")
    return axes, None


def runs(
    axes: Mapping[str, Sequence[Value]],
    *,
    together: bool = False,
    sample: int | None = None,
    seed: int = 0,
) -> list[dict[str, Value]]:
    """Return the parameter sets of a sweep, each once.

    Parameters
    ----------
    axes
        Values by parameter.
    together
        Take the first values together, then the second, and so on, instead of every combination; a single value serves
        for all.
    sample
        Draw so many of the combinations, none twice.
    seed
        Of the sample.

    Raises
    ------
    ValueError
        If lists taken together differ in length, or there are too many combinations.

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


def _plain(value: Any) -> Any:
    """Return a date as ISO text, as parameters have it; anything else as it is."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def _range(name: str, given: Mapping[str, Any]) -> list[int | float]:
    numbers = [given.get(key) for key in ("from", "to", "step")]
    if given.keys() != {"from", "to", "step"} or any(type(number) not in (int, float) for number in numbers):
        raise ValueError(f"{name}: {brief(given)} given, numbers for from, to and step allowed")
    start, stop, step = (Decimal(str(number)) for number in numbers)
    if not all(number.is_finite() for number in (start, stop, step)) or step <= 0 or stop < start:
        raise ValueError(f"{name}: {brief(given)} given, from <= to and step > 0 needed")
    count = int((stop - start) / step) + 1
    if count > LIMIT:
        raise ValueError(f"{name}: {count} values given, at most {LIMIT} allowed")
    whole = all(type(number) is int for number in numbers)
    return [int(start + i * step) if whole else float(start + i * step) for i in range(count)]
