import numpy as np
import pytest

from researchlib.pricing import attacks


def median_epoch(weights, stake, memory):
    """Clip weights at the stake-weighted median, pay miners by clipped stake, validators by what was not clipped."""
    share = stake / stake.sum()
    consensus = np.zeros(weights.shape[1])
    for miner, column in enumerate(weights.T):
        order = np.argsort(-column, kind="stable")
        # the highest weight that at least half of the stake supports
        consensus[miner] = column[order][np.searchsorted(np.cumsum(share[order]), 0.5 - 1e-12)]
    clipped = np.minimum(weights, consensus)
    rank = share @ clipped
    incentive = rank / rank.sum() if rank.sum() > 0 else rank
    reward = share * clipped.sum(axis=1)
    return attacks.EpochResult(incentive, reward / reward.sum(), consensus, (memory or 0) + 1)


def test_cabal_below_half_of_the_stake_gains_nothing():
    table = attacks.collusion(median_epoch, cabal_shares=[0.1, 0.49, 0.51, 0.9], validators=8, miners=5)
    assert table["incentive"].tolist()[:2] == [0.0, 0.0]
    assert table["incentive"].tolist()[2:] == [1.0, 1.0]
    assert (table["deserved"] == 0).all()


def test_deserved_share_is_that_of_honest_weights():
    table = attacks.collusion(
        median_epoch, cabal_shares=[0.2], validators=3, miners=4, cabal_miners=2, cabal_quality=0.5
    )
    assert table["deserved"].item() == pytest.approx(1 / 3)
    assert table["incentive"].item() == pytest.approx(1 / 3, rel=0.25)


def test_memory_passes_from_epoch_to_epoch():
    seen = []

    def epoch(weights, stake, memory):
        seen.append(memory)
        return median_epoch(weights, stake, memory)

    attacks.collusion(epoch, cabal_shares=[0.3], validators=2, miners=2, epochs=3)
    assert seen == [None, 1, 2]


def test_copier_repeats_the_consensus_of_the_stated_epoch():
    used, consensus = [], []

    def epoch(weights, stake, memory):
        result = median_epoch(weights, stake, memory)
        used.append(weights[1])
        consensus.append(result.consensus)
        return result

    attacks.weight_copying(epoch, [1.0, 2.0, 3.0], copier=1, miners=6, epochs=6, drift=0.2, error=0.1, delay=2)
    for number in range(2, 6):
        expected = consensus[number - 2] / consensus[number - 2].sum()
        np.testing.assert_allclose(used[number], expected, rtol=1e-12)


def test_copying_pays_while_nothing_moves_and_costs_when_it_does():
    arguments = {"copier": 0, "miners": 20, "epochs": 60, "error": 0.3, "seed": 4}
    still = attacks.weight_copying(median_epoch, np.ones(9), drift=0.0, **arguments)
    moving = attacks.weight_copying(median_epoch, np.ones(9), drift=1.0, **arguments)
    assert still["advantage"][1:].mean() > 0
    assert moving["advantage"][1:].mean() < 0


def test_equal_validators_earn_the_average():
    table = attacks.weight_copying(median_epoch, np.ones(4), copier=0, miners=3, epochs=3, drift=0.0, error=0.0)
    np.testing.assert_allclose(table[["copier", "honest"]], 1.0)
    np.testing.assert_allclose(table["advantage"], 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: attacks.weight_copying(median_epoch, [1, 1], copier=2, miners=2, epochs=1, drift=0, error=0),
            "copier: 2 given",
        ),
        (
            lambda: attacks.weight_copying(median_epoch, [1, 0], copier=0, miners=2, epochs=1, drift=0, error=0),
            "stake: .*0.0.* given",
        ),
        (
            lambda: attacks.weight_copying(
                median_epoch, [1, 1], copier=0, miners=2, epochs=1, drift=0, error=0, delay=0
            ),
            "delay: 0 given",
        ),
        (
            lambda: attacks.collusion(median_epoch, cabal_shares=[1.2], validators=1, miners=2),
            "cabal_shares: .*1.2.* given",
        ),
        (
            lambda: attacks.collusion(median_epoch, cabal_shares=[0.2], validators=1, miners=2, cabal_miners=2),
            "cabal_miners: 2 given",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
