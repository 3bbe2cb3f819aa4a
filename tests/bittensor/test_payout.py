"""Who gets the alpha of a subnet."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor import payout
from researchlib.bittensor.payout import HotkeyStake, PayoutParameters

LIVE = PayoutParameters(11_796, 3_320_413_933_267_719_290)
amounts = st.integers(0, 10**16)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**9), amounts, amounts, st.integers(0, 65_535), st.booleans())
def test_pending_parts_add_up(created: int, root: int, issued: int, cut: int, enabled: bool) -> None:
    rules = PayoutParameters(cut, LIVE.tao_weight_u64)
    split = payout.pending_split(created, root, issued, rules, owner_cut_enabled=enabled)
    assert created - 4 <= sum(split) <= created
    assert min(split) >= 0
    assert abs(split.server_rao - split.validator_rao - split.root_rao) <= 2
    assert enabled or split.owner_rao == 0


def test_shares_before_root_are_18_41_41() -> None:
    split = payout.pending_split(10**9, 0, 10**15, LIVE)
    assert [round(part / 1e9, 2) for part in split] == [0.18, 0.41, 0.41, 0]


def test_root_takes_half_of_its_proportion() -> None:
    # weighted root stake equal to the alpha: proportion one half
    split = payout.pending_split(10**9, 10**15, 10**15, PayoutParameters(0, 2**64 - 1))
    assert split == (0, 500_000_000, 250_000_000, 250_000_000)


hotkeys_strategy = st.lists(st.builds(HotkeyStake, amounts, amounts, st.integers(0, 10**12)), max_size=6)


@settings(max_examples=50, deadline=None)
@given(amounts, amounts, st.floats(0, 1), hotkeys_strategy)
def test_dividends_never_exceed_the_pots(pot: int, root_pot: int, weight: float, hotkeys: list[HotkeyStake]) -> None:
    split = payout.dividend_split(pot, root_pot, weight, hotkeys)
    assert sum(split.alpha_rao) <= split.alpha_total_rao <= pot
    assert sum(split.root_rao) <= split.root_total_rao <= root_pot


def test_dividends_follow_stake_and_weight() -> None:
    hotkeys = [HotkeyStake(100, 0, 10**9), HotkeyStake(0, 100, 10**9), HotkeyStake(100, 100, 10**9)]
    split = payout.dividend_split(3 * 10**9, 3 * 10**9, 1, hotkeys)
    assert [round(amount / 1e9, 6) for amount in split.alpha_rao] == [2, 0, 1]
    assert [round(amount / 1e9, 6) for amount in split.root_rao] == [0, 2, 1]


def test_a_pot_that_nobody_may_have_stays() -> None:
    assert payout.dividend_split(5, 5, 0, [HotkeyStake(1, 1, 1)]).root_total_rao == 0
    assert payout.dividend_split(5, 5, 0, []).alpha_total_rao == 0


def test_parameters_come_from_the_data() -> None:
    assert data.parameters(PayoutParameters, "2026-01-01") == LIVE
