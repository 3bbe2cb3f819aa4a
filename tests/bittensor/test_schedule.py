from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib.bittensor import schedule


@pytest.mark.parametrize(
    ("tempo", "netuid", "first"), [(1, 0, 0), (1, 1, 1), (2, 0, 1), (2, 1, 0), (100, 0, 99), (100, 1, 98)]
)
def test_first_epoch_is_that_of_the_chains_table(tempo: int, netuid: int, first: int) -> None:
    """The table in the comment of the chain's function blocks_until_next_epoch."""
    assert schedule.blocks_until_epoch_modulo(netuid, tempo, 0) == first
    assert schedule.blocks_until_epoch_modulo(netuid, tempo, first) == 0


@given(netuid=st.integers(0, 65535), tempo=st.integers(1, 65535), block=st.integers(0, 10**9))
@settings(max_examples=50, deadline=None)
def test_period_of_the_modulo_rule_is_tempo_plus_one(netuid: int, tempo: int, block: int) -> None:
    due = block + schedule.blocks_until_epoch_modulo(netuid, tempo, block)
    assert (due + netuid + 1) % (tempo + 1) == tempo
    assert schedule.blocks_until_epoch_modulo(netuid, tempo, due + 1) == tempo


def test_modulo_rule_wraps_at_the_last_block() -> None:
    assert schedule.blocks_until_epoch_modulo(0, 10, (1 << 64) - 1) == 10  # the sum wraps to 0


def test_stateful_rule() -> None:
    assert schedule.blocks_until_epoch(tempo=360, block=1100, last_epoch_block=1000) == 260
    assert schedule.blocks_until_epoch(tempo=360, block=2000, last_epoch_block=1000) == 0
    assert schedule.next_epoch_block(360, 1000, pending_epoch_at=1200) == 1200
    assert schedule.next_epoch_block(360, 1000, pending_epoch_at=1400) == 1360


def test_tempo_zero_never_runs() -> None:
    assert schedule.blocks_until_epoch_modulo(1, 0, 5) == schedule.NEVER
    assert schedule.blocks_until_epoch(0, 5, 1) == schedule.NEVER
    assert schedule.next_epoch_block(0, 5) is None


@given(
    alpha=st.integers(0, (1 << 64) - 1),
    count=st.integers(1, 4),
    split=st.none() | st.lists(st.integers(0, 65535), max_size=5),
)
@settings(max_examples=50, deadline=None)
def test_split_keeps_the_budget(alpha: int, count: int, split: list[int] | None) -> None:
    parts = schedule.mechanism_split(alpha, count, split)
    assert len(parts) == count
    if split is None or sum(split[:count]) <= 65535:
        assert sum(parts) == alpha


def test_split_by_parts_and_by_default() -> None:
    assert schedule.mechanism_split(101, 2) == [51, 50]
    assert schedule.mechanism_split(65535, 2, [1, 2]) == [65533, 2]
    assert schedule.mechanism_split(65535, 2, [65535]) == [65535, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: schedule.blocks_until_epoch_modulo(-1, 10, 5), "netuid: -1 given"),
        (lambda: schedule.blocks_until_epoch_modulo(1, 70_000, 5), "tempo: 70000 given"),
        (lambda: schedule.blocks_until_epoch(10, -5, 5), "block: -5 given"),
        (lambda: schedule.next_epoch_block(10, 1, -1), "pending_epoch_at: -1 given"),
        (lambda: schedule.mechanism_split(-1, 2), "alpha_rao: -1 given"),
        (lambda: schedule.mechanism_split(1, 0), "mechanism_count: 0 given"),
        (lambda: schedule.mechanism_split(1, 2, [70_000]), "split_u16: 70000 given"),
    ],
)
def test_bad_input(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(
    ("mechanism", "case", "expected"),
    [
        (
            "bittensor.epoch_schedule",
            {"rule": "modulo", "netuid": 0, "tempo": 100, "block": 0},
            {"blocks_until_next_epoch": 99, "next_epoch_block": 99},
        ),
        (
            "bittensor.epoch_schedule",
            {"rule": "stateful", "tempo": 360, "block": 900, "last_epoch_block": 600, "pending_epoch_at": 0},
            {"blocks_until_next_epoch": 60, "next_epoch_block": 960},
        ),
        (
            "bittensor.mechanism_split",
            {"alpha_rao": 101, "mechanism_count": 2, "split_u16": None},
            {"alpha_rao": [51, 50]},
        ),
    ],
)
def test_mechanisms_without_a_bundled_vector(
    mechanism: str, case: dict[str, Any], expected: dict[str, Any], adapters: dict[str, Any]
) -> None:
    assert adapters[mechanism](case) == expected
