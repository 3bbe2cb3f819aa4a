import numpy as np
import pytest
from scipy import stats

from researchlib.pricing import miners


def test_immune_miners_go_only_when_there_is_no_other():
    stays = miners.simulate_slots(
        [1.0, 2.0, 3.0, 4.0], slots=3, registrations_per_day=2, immunity_days=1.5, days=60, seed=8
    )
    gone = stays[stays["removed"]]
    spared = 0
    for _, stay in gone.iterrows():
        now = stay["end"]
        there = stays[(stays["start"] < now) & (stays["end"] >= now)]
        assert len(there) == 3
        exposed = there[(there["start"] == 0) | (there["start"] + 1.5 <= now)]
        pool = exposed if len(exposed) else there
        spared += len(exposed) == 0
        assert stay["quality"] == pool["quality"].min()
        assert stay["start"] in set(pool["start"])
    assert 10 < spared < len(gone) - 10


def test_registrations_are_a_poisson_stream_of_the_stated_rate():
    stays = miners.simulate_slots([1.0, 2.0], slots=4, registrations_per_day=3.0, immunity_days=0, days=2_000, seed=1)
    assert (~stays["removed"]).sum() == 4
    starts = stays.loc[stays["start"] > 0, "start"].to_numpy()
    assert len(starts) == len(stays) - 4 == pytest.approx(6_000, abs=4 * np.sqrt(6_000))
    assert stats.kstest(np.diff(np.sort(starts)), stats.expon(scale=1 / 3).cdf).pvalue > 0.001
    np.testing.assert_allclose(stays["stay"], stays["end"] - stays["start"])
    assert (stays.loc[~stays["removed"], "end"] == 2_000).all()
    assert stays["quality"].mean() == pytest.approx(1.5, abs=0.03)


@pytest.mark.parametrize(("noise", "expected"), [(0.0, 1.0), (0.5, stats.norm.cdf(np.log(2) / (0.5 * np.sqrt(2))))])
def test_noise_is_that_of_the_logarithm_of_a_score(noise, expected):
    # of two miners, one twice as good: the worse one goes with the probability that two log errors do not swap them
    stays = miners.simulate_slots(
        [1.0, 2.0], slots=2, registrations_per_day=1, immunity_days=0, noise=noise, days=6_000, seed=3
    )
    gone = stays[stays["removed"]].sort_values("end")
    worse, mixed = 0, 0
    there = stays.loc[stays["start"] == 0, "quality"].tolist()
    newcomers = stays[stays["start"] > 0].sort_values("start")["quality"]
    for leaver, newcomer in zip(gone["quality"], newcomers, strict=True):
        if there[0] != there[1]:
            mixed += 1
            worse += leaver == 1.0
        there.remove(leaver)
        there.append(newcomer)
    assert worse / mixed == pytest.approx(expected, abs=4 * np.sqrt(0.25 / mixed))
