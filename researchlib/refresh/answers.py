"""A JSON answer read field by field: every complaint names the endpoint and the field."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

__all__ = ["Answer", "EndpointError", "Field", "FieldError", "StatusError"]

#: Digits a number of an answer may have; a token amount in its smallest unit has about 20.
_MAX_DIGITS = 60


class EndpointError(Exception):
    """An endpoint gave no usable answer; the message starts with the endpoint."""


class StatusError(EndpointError):
    """An endpoint answered with another status than 200."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class FieldError(EndpointError):
    """An answer lacks a field or holds something else there; the message names endpoint and field."""


@dataclass(frozen=True)
class Field:
    """One place in an answer: its value, method and address asked, and the way there, such as ``data[3].endDate``."""

    value: Any
    endpoint: str
    path: str = ""

    def wrong(self, allowed: str) -> FieldError:
        """Return the error that says what is allowed here instead of what was found."""
        shown = repr(self.value)
        shown = shown if len(shown) <= 60 else shown[:60] + "..."
        return FieldError(f"{self.endpoint}: field {self.path or '(whole answer)'}: {shown} given, {allowed} allowed")

    def __getitem__(self, key: str) -> Field:
        path = f"{self.path}.{key}".lstrip(".")
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        if key not in self.value:
            raise FieldError(f"{self.endpoint}: field {path}: missing")
        return Field(self.value[key], self.endpoint, path)

    def get(self, key: str) -> Field | None:
        """Return a field that may be absent or null; None then."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return None if self.value.get(key) is None else self[key]

    def items(self, least: int = 0) -> list[Field]:
        """Return the members of a list, of which there must be ``least``."""
        if not isinstance(self.value, list) or len(self.value) < least:
            raise self.wrong(f"a list of {least} or more" if least else "a list")
        return [Field(value, self.endpoint, f"{self.path}[{n}]") for n, value in enumerate(self.value)]

    def values(self) -> list[Field]:
        """Return the members of an object by number: their names, such as wallets, stay out of every message."""
        if not isinstance(self.value, dict):
            raise self.wrong("an object")
        return [Field(value, self.endpoint, f"{self.path}[{n}]") for n, value in enumerate(self.value.values())]

    def text(self) -> str:
        """Return a text of one line."""
        value = self.value
        if not isinstance(value, str) or not value or value != value.strip() or not value.isprintable():
            raise self.wrong("a text")
        return value

    def number(self) -> Decimal:
        """Return a JSON number, exact."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | Decimal):
            raise self.wrong("a number")
        return self._bounded(Decimal(self.value))

    def number_or_null(self) -> Decimal | None:
        """Return a JSON number; None where the answer says that it has none."""
        return None if self.value is None else self.number()

    def numeral(self) -> Decimal:
        """Return a number that stands as one or as a text, as chains write large ones."""
        if not isinstance(self.value, str):
            return self.number()
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", self.value):
            raise self.wrong("a number or its text")
        return self._bounded(Decimal(self.value))

    def integer(self) -> int:
        """Return a whole JSON number."""
        return self._whole(self.number())

    def whole_numeral(self) -> int:
        """Return a whole number that stands as one or as a text."""
        return self._whole(self.numeral())

    def moment(self) -> datetime.datetime:
        """Return an ISO 8601 time or day; without a zone it is UTC."""
        try:
            moment = datetime.datetime.fromisoformat(self.text())
            return moment.astimezone(datetime.UTC) if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
        except (ValueError, OverflowError):
            raise self.wrong("an ISO 8601 time") from None

    def milliseconds(self) -> datetime.datetime:
        """Return the time that a JSON number of milliseconds since 1970 stands for."""
        try:
            return datetime.datetime.fromtimestamp(self.integer() / 1000, datetime.UTC)
        except (ValueError, OverflowError, OSError):
            raise self.wrong("milliseconds since 1970") from None

    def unsigned(self, bits: int) -> int:
        """Return a SCALE integer of this width, written as hexadecimal text, least byte first."""
        if not isinstance(self.value, str) or not re.fullmatch(rf"0x[0-9a-fA-F]{{{bits // 4}}}", self.value):
            raise self.wrong(f"0x and {bits // 4} hexadecimal digits")
        return int.from_bytes(bytes.fromhex(self.value[2:]), "little")

    def _whole(self, number: Decimal) -> int:
        if number != number.to_integral_value():
            raise self.wrong("a whole number")
        return int(number)

    def _bounded(self, number: Decimal) -> Decimal:
        if abs(number.adjusted()) > _MAX_DIGITS or len(number.as_tuple().digits) > _MAX_DIGITS:
            raise self.wrong(f"a number of at most {_MAX_DIGITS} digits")
        return number


@dataclass(frozen=True)
class Answer:
    """What an endpoint answered, and when (out of the cache: when it was fetched); header names in small letters."""

    body: Field
    read_at: datetime.datetime
    headers: Mapping[str, str] = field(default_factory=dict)
