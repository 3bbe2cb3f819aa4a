"""What the notebook on Render's nodes says follows its numbers, branch by branch."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import supply_render_nodes as answers
from researchlib.results import Result

PAY = {"pay_per_wallet_usd": 242, "pay_per_wallet": 68.5, "wallets": 222, "weeks": 13, "until": "22 October 2025"}
CUT = {"cut_epoch": 25, "before_cut_usd": 2155, "after_cut_usd": 529, "after_cut_weeks": 13, "after_cut_wallets": 196}
WORK = {
    "card": "RTX 3080 12GB", "hour_usd": 2.03, "paid_low": 0.8, "paid_high": 4.6, "nodes": 1000, "best_nodes": 3,
    "hours": 40, "wallet_hours": 157,
}  # fmt: skip
MONEY = st.floats(0.01, 1000).map(lambda value: round(value, 2))


def found(values):
    return {name: Result(value, "", f"{value}", name) for name, value in values.items()}


@given(MONEY, MONEY, MONEY, MONEY, MONEY, st.floats(-100, 100))
def test_words_follow_the_numbers(paid, charged, even, idle, standby, net) -> None:
    known = {
        "paid": paid, "charged": charged, "even_owned": even, "even_electricity": even / 2, "price_of_card": 850,
        "net_owned": net, "available_idle": idle, "standby": standby,
    }  # fmt: skip
    made = answers.answer(found(PAY | CUT | WORK | known))
    said = " ".join(made.bullets)
    assert ("more than a week has" in made.sentence) == (even > 168)
    assert ("more than the" in said) == (paid > charged)
    assert ("less than the" in said) == (paid < charged)
    assert ("loses" in said) == (net < 0)
    assert ("does not cover" in said) == (idle < standby)


@pytest.mark.parametrize(
    ("known", "verdict"),
    [
        ({}, "whether that covers a card is not known"),
        (WORK, "no number of hours covers the electricity"),
        (WORK | {"even_electricity": 2}, "the electricity of a card is covered from 2 a week of work on"),
        (WORK | {"even_electricity": 2, "price_of_card": 9}, "the electricity of a card is covered"),
    ],
)
def test_what_is_not_known_is_said_to_be(known, verdict) -> None:
    made = answers.answer(found(PAY | known | ({"paid": 1, "charged": 1, "standby": 1} if known else {})))
    said = " ".join(made.bullets)
    assert verdict in made.sentence
    assert "Not known at this date: pay after the cut" in said
    assert ("pay for an OctaneBench-hour, and so" in said) == (not known)
    assert ("as much as the 1" in said) == bool(known)
    unpriced = "even_electricity" in known and "price_of_card" not in known
    assert ("what the card costs is not known" in said) == unpriced
    assert (", the card never" in said) == ("price_of_card" in known)
    assert ("could not have done the work" in said) == bool(known)


def test_findings() -> None:
    weeks = pd.DataFrame(
        {"price": [2.0, 1.0, 3.0], "paid": [1.0, 3.0, math.nan], "charged": [2.0, 2.0, 1.0]}
        | {"per_wallet": [9.0] * 3, "per_wallet_usd": [18.0] * 3, "wallets": [4.0] * 3}
    )
    assert answers.price_jumps(weeks).endswith("a factor of 0.50 to 3.00.")
    assert answers.price_jumps(weeks.iloc[:1]) == "One week is no series."
    assert answers.paid_and_charged(weeks).endswith("in 1 of 2 weeks.")
    assert "9 to 9 RENDER a wallet, 18 to 18 USD; wallets 4 to 4" in answers.cut_and_rise(weeks)
    points = pd.Series([1.0, 2.0, 1.5], [1, 2, 3])
    assert answers.wallet_size(points) == "A wallet has most with 2 nodes; one more lowers it by 25%."
    assert answers.wallet_size(points.iloc[:2]) == "A wallet has most with 2 nodes."
    bought = {"jobs": 80.0, "electricity": 8.0, "owned": 90.0}
    assert answers.by_work(bought, 40, "X") == "40 hours on the X: 80.00 USD for jobs, -10.00 USD after all costs."
    unpriced = bought | {"owned": math.nan}
    assert answers.by_work(unpriced, 40, "X").endswith("+72.00 USD after electricity.")
