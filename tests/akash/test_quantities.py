"""Quantities of deployment files: the cases of the chain's own parser tests and the suffixes' definitions."""

from __future__ import annotations

import pytest

from researchlib.akash.quantities import parse_quantity


@pytest.mark.parametrize(
    ("text", "expected"), [("1", 1000), ("0.5", 500), ("100m", 100), ("0", 0), ("2e1", 20_000), ("1.", 1000)]
)
def test_cpu(text: str, expected: int) -> None:
    assert parse_quantity("cpu", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", 1), ("0.5M", 500_000), ("1.5Gi", 3 * 2**29)]
    + [(f"3{letter}", 3 * 1000**power) for power, letter in enumerate("kMGTPE", 1)]
    + [(f"3{letter}i", 3 * 1024**power) for power, letter in enumerate("KMGTPE", 1)],
)
def test_bytes(text: str, expected: int) -> None:
    assert parse_quantity("bytes", text) == expected


@pytest.mark.parametrize("kind", ["cpu", "bytes"])
@pytest.mark.parametrize("text", ["", "-1", "-0.5", "abc", " 1", "1_0", "nan", "inf", "-100m", "0.5m", "m", "1K", "Gi"])
def test_what_is_no_quantity_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match="text: "):
        parse_quantity(kind, text)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="kind: 'gpu' given"):
        parse_quantity("gpu", "1")


@pytest.mark.parametrize(("kind", "text"), [("bytes", "16Ei"), ("bytes", "18446744073709551616"), ("cpu", "2e16")])
def test_quantities_fit_64_bits(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match="text: "):
        parse_quantity(kind, text)
    assert parse_quantity("bytes", "15Ei") == 15 * 2**60
