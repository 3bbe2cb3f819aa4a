"""What a notebook declares of its parameters: meaning, unit, what is allowed, fact or assumption.

A line of the cell tagged ``parameters`` is plain Python that papermill reads, with four fields behind it::

    utilisation: float = 0.35  # hours sold over hours of the calendar | fraction | 0.02 to 1 | fact: page_2026_05
    as_of: str = "2024-05-01"  # day of the forecast | date | 2023-03-20 to {newest bittensor total_issuance} | choice

Allowed is a range (``LOW to HIGH``, ends included), ``one of A, B``, ``some of A, B`` (the value is a list with
commas), ``true or false``, or several of them joined by ``or``. What stands in braces is read from the data
(`researchlib.data.limits`). The last field is ``fact: SOURCE_ID``, ``assumption`` or ``choice``.
"""

from __future__ import annotations

import ast
import datetime
import io
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

__all__ = ["TYPES", "Declared", "Value", "check", "declarations", "readable"]

Value = bool | int | float | str
TYPES: dict[str, type] = {"int": int, "float": float, "str": str, "bool": bool}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Range:
    """Numbers or days between two ends, both included."""

    low: float | datetime.date
    high: float | datetime.date


@dataclass(frozen=True)
class Choices:
    """Texts to choose one from, or ``several`` joined by commas."""

    values: tuple[str, ...]
    several: bool


@dataclass(frozen=True)
class Declared:
    """A parameter as its line declares it; ``allowed`` and ``basis`` are empty where the line has no such field."""

    name: str
    type: str
    default: Value
    meaning: str
    unit: str = ""
    allowed: str = ""
    basis: str = ""

    def __str__(self) -> str:
        fields = [self.meaning, self.unit, self._range() if self.allowed else "", self.basis]
        text = " | ".join(field for field in fields if field)
        return f"{self.name}: {self.type} = {self.default!r}" + (f"  # {text}" if text else "")

    @cached_property
    def alternatives(self) -> tuple[Range | Choices, ...]:
        """What is allowed, with the limits that the data set filled in."""
        return tuple(self._alternative(part.strip()) for part in _split(self.allowed)) if self.allowed else ()

    def _alternative(self, text: str) -> Range | Choices:
        if (several := text.startswith("some of ")) or text.startswith("one of "):
            listed = _filled(text.partition(" of ")[2])
            values = listed if isinstance(listed, list) else [each.strip() for each in listed.split(",")]
            return Choices(tuple(values), several)
        low, _, high = (str(_filled(end.strip())) for end in text.partition(" to "))
        if _DAY.fullmatch(low) and _DAY.fullmatch(high):
            return Range(datetime.date.fromisoformat(low), datetime.date.fromisoformat(high))
        try:
            return Range(float(low), float(high))
        except ValueError:
            raise ValueError(f"{self.name}: {text!r} declares no range, choices or true or false") from None

    def words(self) -> str:
        """Return what is allowed in words, limits filled in, with the unit."""
        return self._range() + (f" ({self.unit})" if self.unit not in ("", "date", "flag") else "")

    def _range(self) -> str:
        return "true or false" if self.type == "bool" else " or ".join(map(_words, self.alternatives))

    def refusal(self, value: Value) -> str:
        """Return why a value of the right type is not allowed, in the parameter's own name; empty if it is."""
        if not self.allowed or self.type == "bool" or any(_fits(value, each) for each in self.alternatives):
            return ""
        return f"{self.name}: {value!r} given, {self.words()} allowed"

    def ends(self) -> list[Value]:
        """Return the values at the ends of what is allowed: both ends of a range, each choice (at most six)."""
        if self.type == "bool":
            return [True, False]
        found: list[Value] = []
        for each in self.alternatives:
            if isinstance(each, Range):
                found += [self._typed(each.low), self._typed(each.high)]
            else:
                picked = np.unique(np.linspace(0, len(each.values) - 1, min(6, len(each.values))).round().astype(int))
                found += [each.values[place] for place in picked]
        return found

    def beyond(self) -> list[Value]:
        """Return values of the right type just outside what is allowed."""
        found: list[Value] = []
        for each in self.alternatives:
            if isinstance(each, Choices):
                found.append("no such choice")
            elif isinstance(each.low, datetime.date) and isinstance(each.high, datetime.date):
                found += [str(each.low - datetime.timedelta(days=1)), str(each.high + datetime.timedelta(days=1))]
            elif isinstance(each.low, float) and isinstance(each.high, float):
                step = 1 if self.type == "int" else max(1e-6, 1e-6 * (each.high - each.low))
                found += [self._typed(each.low - step), self._typed(each.high + step)]
        return [value for value in found if self.refusal(value)]

    def draw(self, rng: np.random.Generator) -> Value:
        """Return a value drawn evenly from what is allowed."""
        if self.type == "bool" or not self.alternatives:
            return bool(rng.integers(2)) if self.type == "bool" else self.default
        each = self.alternatives[rng.integers(len(self.alternatives))]
        if isinstance(each, Choices):
            return str(rng.choice(each.values))
        if isinstance(each.low, datetime.date) and isinstance(each.high, datetime.date):
            return str(each.low + datetime.timedelta(days=int(rng.integers((each.high - each.low).days + 1))))
        assert isinstance(each.low, float)
        assert isinstance(each.high, float)
        if self.type == "int":
            return int(rng.integers(int(each.low), int(each.high) + 1))
        return self._typed(rng.uniform(each.low, each.high))

    def _typed(self, value: float | datetime.date) -> Value:
        if isinstance(value, datetime.date):
            return str(value)
        return f"{value:g}" if self.type == "str" else int(value) if self.type == "int" else float(value)


def _split(text: str) -> list[str]:
    """Split alternatives at ``or``; the choices of one alternative may not hold that word."""
    return [] if text == "true or false" else re.split(r",? or (?=one of |some of |[\d{-])", text)


def _filled(text: str) -> str | list[str]:
    from researchlib.data.limits import limit  # pandas, which only these limits need

    found = re.fullmatch(r"\{(.+)\}", text)
    return limit(found[1]) if found else text


def _words(each: Range | Choices) -> str:
    if isinstance(each, Choices):
        listed = ", ".join(value or "nothing" for value in each.values)
        return f"{'some' if each.several else 'one'} of {listed}"
    return " to ".join(str(end) if isinstance(end, datetime.date) else f"{end:g}" for end in (each.low, each.high))


def _fits(value: Value, each: Range | Choices) -> bool:
    if isinstance(each, Choices):
        parts = [part.strip() for part in str(value).split(",")] if each.several else [value]
        return bool(parts) and all(part in each.values for part in parts)
    try:
        if isinstance(each.low, datetime.date) and isinstance(each.high, datetime.date):
            fits = bool(_DAY.fullmatch(str(value)))
            return fits and each.low <= datetime.date.fromisoformat(str(value)) <= each.high
        assert isinstance(each.low, float)
        assert isinstance(each.high, float)
        return each.low <= float(value) <= each.high
    except ValueError:
        return False


def readable(code: str) -> tuple[str, ast.Module]:
    """Return a cell's code and what it parses to; where it is not all Python, of those lines that are by themselves."""
    try:
        return code, ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        lines = code.splitlines()
        if len(lines) == 1:
            return "", ast.Module([], [])
        code = "\n".join(readable(line)[0] for line in lines)
        return code, ast.parse(code)


def declarations(code: str) -> dict[str, Declared]:
    """Return the parameters that the source of a cell declares, by name in order.

    A line without a type takes its default's; a line that is no plain assignment of a number, text or truth value
    declares none, and a line that is no Python (a magic, a shell command, a typo) is passed over.
    """
    code, tree = readable(code)
    notes = {
        token.start[0]: token.string.lstrip("# ").rstrip()
        for token in tokenize.generate_tokens(io.StringIO(code).readline)
        if token.type == tokenize.COMMENT
    }
    found: dict[str, Declared] = {}
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.annotation, ast.Name):
            target: ast.expr = node.target
            kind = node.annotation.id
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, kind = node.targets[0], ""
        else:
            continue
        if not isinstance(target, ast.Name) or node.value is None:
            continue
        try:
            default = ast.literal_eval(node.value)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue
        kind = kind or type(default).__name__
        if kind in TYPES and isinstance(default, Value):
            note = notes.get(node.end_lineno or 0, "")
            fields = [field.strip() for field in note.split(" | ")]
            more = fields[1:4] if len(fields) == 4 else []
            found[target.id] = Declared(target.id, kind, default, fields[0] if more else note, *more)
    return found


def check(declared: Mapping[str, Declared], values: Mapping[str, object]) -> None:
    """Refuse values that their parameters do not allow, all in one message; names without declaration pass.

    Raises
    ------
    ValueError
        In the parameters' own names: the value given, and what is allowed.
    """
    refusals = []
    for name, value in values.items():
        if name not in declared:
            continue
        kind = TYPES[declared[name].type]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if type(value) is not kind:
            refusals.append(f"{name}: {value!r} given, a value of type {declared[name].type} allowed")
        elif isinstance(value, (bool, int, float, str)):
            refusals.append(declared[name].refusal(value))
    if any(refusals):
        raise ValueError("\n".join(filter(None, refusals)))
