"""Quantities as deployment files write them: "0.5" or "500m" CPUs, "1.5Gi" or "2G" bytes.

Source: Akash node, sdl (cpuQuantity, byteQuantity).
"""

from __future__ import annotations

import re

from researchlib import _validate as check

__all__ = ["QUANTITY_KINDS", "parse_quantity"]

QUANTITY_KINDS = ("cpu", "bytes")

LETTERS = "kMGTPE"
SUFFIXES = {
    **{letter: 1000**power for power, letter in enumerate(LETTERS, 1)},
    **{f"{letter.upper()}i": 1024**power for power, letter in enumerate(LETTERS, 1)},
}
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def parse_quantity(kind: str, text: str) -> int:
    """Return what a text of a deployment file stands for.

    Parameters
    ----------
    kind : str
        ``cpu`` (threads, or milli-CPU with the suffix m) or ``bytes`` (suffixes k, M, G, T, P, E for powers of 1000 and
        Ki to Ei for powers of 1024).
    text : str
        The number and its suffix.

    Returns
    -------
    int
        Milli-CPU or bytes; a fraction is cut.

    Raises
    ------
    ValueError
        For another kind, a text that is no number, or a negative one.

    Notes
    -----
    Source: sdl, UnmarshalYAML of cpuQuantity and byteQuantity.

    Examples
    --------
    >>> parse_quantity("cpu", "0.5"), parse_quantity("cpu", "100m"), parse_quantity("bytes", "1.5Ki")
    (500, 100, 1536)
    """
    check.one_of("kind", kind, QUANTITY_KINDS)
    error = ValueError(f"text: {text!r} given, a number >= 0 with a suffix of its kind allowed")
    if not isinstance(text, str):
        raise error
    if kind == "cpu" and text.endswith("m"):
        if not re.fullmatch(r"[0-9]+", text[:-1]):
            raise error
        return int(text[:-1])
    suffix = next((end for end in SUFFIXES if text.endswith(end)), "") if kind == "bytes" else ""
    digits = text.removesuffix(suffix)
    if not NUMBER.fullmatch(digits):
        raise error
    # the chain's code multiplies in floating point, too
    amount = float(digits) * (1000 if kind == "cpu" else SUFFIXES.get(suffix, 1))
    if not 0 <= amount < 2**64:
        raise error
    return int(amount)
