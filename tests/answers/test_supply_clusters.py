"""What the notebook on clusters says follows its numbers, branch by branch."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from researchlib.answers import supply_clusters as answers
from researchlib.results import Result

IONET = {"ionet_named_8": 0.14, "ionet_least": 0, "ionet_most": 0.8, "zipf": 1, "model": "H100", "day": "24 May 2026"}
PROVIDER = {"provider_day": "28 September 2026", "provider_free": 10, "provider_free_all": 15, "provider_listed": 32}
MODEL = {
    "model_free": 63, "model_listed": 104, "models_for_8": 4, "models_for_64": 0, "wanted": 0.39, "large": 24,
    "blocked_one": 0.05, "blocked_places": 0.07, "blocked_pilot": 0.27, "places": 4,
}  # fmt: skip
POOL = {"blocked_64_akash": 0.74, "blocked_64_pooled": 0.0, "blocked_64_ionet": 0.01}


@given(st.booleans(), st.booleans(), st.booleans())
def test_what_is_not_known_is_said_to_be(provider, model, pool) -> None:
    values = IONET | (PROVIDER if provider else {}) | (MODEL if model else {}) | (POOL if pool else {})
    made = answers.answer({name: Result(value, "", f"{value}", name) for name, value in values.items()})
    assert ("not known" in made.sentence) == (not provider)
    assert ("10 of 15; none listed more than 32" in made.sentence) == provider
    said = " ".join(made.bullets)
    assert ("H100 is not in the table" in said) == (not model)
    assert ("at 72%, the use of the subsidised pilot, it would be 0.27" in said) == model
    assert ("go from 0.74 to 0.0" in said) == pool
    assert ("pooling itself adds little" in said) == pool
    assert "from 0 to 0.8 as that exponent goes" in said


@pytest.mark.parametrize(("top", "said"), [(0.7, "half are found from an exponent of 2.0 on"), (0.3, "never found")])
def test_the_exponent_at_which_half_are_found(top, said) -> None:
    assert said in answers.decided_by_zipf(pd.Series({0.0: 0.0, 2.0: top}))


def test_findings_give_ends_and_the_larger_fleet_alone() -> None:
    index = pd.MultiIndex.from_product([[1, 4], [8, 24]], names=["places", "size"])
    table = pd.DataFrame({"blocked": [0.1, 0.2, 0.3, 0.4]}, index=index)
    assert answers.by_places(table, 24) == "For 24 GPUs: 20% with 1 place, 40% with 4 places."
    chance = pd.DataFrame(
        {"some_cell": [0.5], "named_cell": [0.1]}, index=pd.MultiIndex.from_tuples([(2, 64)], names=["places", "GPUs"])
    )
    assert answers.some_place(chance, 2, 64).endswith("with a chance of 50%, in a named place 10.0%.")
    pool = pd.DataFrame({"Akash alone": [0.7], "io.net alone": [0.05], "pooled": [0.04]}, index=[64])
    assert answers.pooled(pool) == "For 64: 70% on Akash, 5.0% on io.net, 4.0% pooled."
