"""What a block puts into a pool."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor.injection import CAP_RULES, injection_terms


@settings(max_examples=50, deadline=None)
@given(
    rule=st.sampled_from(CAP_RULES[1:]),
    share=st.floats(0, 1),
    price=st.floats(0, 2),
    proportion=st.floats(0, 1),
    block=st.sampled_from([10**9, 5 * 10**8]),
)
def test_tao_is_conserved_and_the_alpha_capped(
    rule: str, share: float, price: float, proportion: float, block: int
) -> None:
    tao = int(share * block)
    terms = injection_terms(rule, tao, price, 10**9, tao_block_emission_rao=block, root_proportion=proportion)
    assert terms.tao_in_rao + terms.excess_tao_rao == tao
    assert min(terms) >= 0
    assert terms.alpha_out_rao == 10**9
    cap = {"min_alpha_tao_block": block, "root_proportion": proportion * 10**9}.get(rule, 10**9)
    # the rule of July 2025 capped the alpha by the price alone
    assert rule == "price_below_share" or terms.alpha_in_rao <= cap
    if price > 1e-3 and terms.alpha_in_rao:
        assert float(terms.tao_in_rao / terms.alpha_in_rao) == pytest.approx(price, rel=1e-5, abs=2)


def test_the_first_rule_leaves_the_tao_unscaled() -> None:
    terms = injection_terms("unscaled_alpha_emission", 5 * 10**8, 0.125, 10**9)
    assert [int(amount) for amount in terms] == [10**9, 5 * 10**8, 10**9, 0]
    assert injection_terms("unscaled_alpha_emission", 5, 0, 10**9).alpha_in_rao == 10**9


def test_the_rule_of_july_2025() -> None:
    dear = injection_terms("price_below_share", 10**8, 0.5, 10**9, tao_block_emission_rao=10**9)
    assert [int(amount) for amount in dear] == [2 * 10**8, 10**8, 10**9, 0]
    cheap = injection_terms("price_below_share", 10**8, 0.0625, 10**9, tao_block_emission_rao=10**9)
    assert [int(amount) for amount in cheap] == [10**9, 62_500_000, 10**9, 37_500_000]


def test_the_cap_after_the_halving() -> None:
    terms = injection_terms("min_alpha_tao_block", 10**8, 0.125, 10**9, tao_block_emission_rao=5 * 10**8)
    assert [int(amount) for amount in terms] == [5 * 10**8, 62_500_000, 10**9, 37_500_000]


def test_without_a_price_all_tao_goes_in() -> None:
    terms = injection_terms("alpha_emission", 10**8, 0, 10**9)
    assert [int(amount) for amount in terms] == [0, 10**8, 10**9, 0]


def test_the_data_names_rules_that_exist() -> None:
    history = data.parameter_history("bittensor", "injection_rule")
    assert tuple(history["value"]) == CAP_RULES


def test_what_a_rule_needs_must_be_given_and_the_rest_not_be_wrong() -> None:
    with pytest.raises(ValueError, match="tao_block_emission_rao: None given"):
        injection_terms("min_alpha_tao_block", 1, 1, 1)
    with pytest.raises(ValueError, match="root_proportion: None given"):
        injection_terms("root_proportion", 1, 1, 1)
    with pytest.raises(ValueError, match="root_proportion: 'half' given"):
        injection_terms("alpha_emission", 1, 1, 1, root_proportion="half")
