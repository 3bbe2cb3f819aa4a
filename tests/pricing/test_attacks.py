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


def test_copying_pays_while_nothing_moves_and_costs_when_it_does():
    arguments = {"copier": 0, "miners": 20, "epochs": 60, "error": 0.3, "seed": 4}
    still = attacks.weight_copying(median_epoch, np.ones(9), drift=0.0, **arguments)
    moving = attacks.weight_copying(median_epoch, np.ones(9), drift=1.0, **arguments)
    assert still["advantage"][1:].mean() > 0
    assert moving["advantage"][1:].mean() < 0


def recorded(**arguments):
    """Run the copying experiment; return the weights that each epoch saw, before scaling to one lost their size."""
    seen = []

    def epoch(weights, stake, memory):
        seen.append(weights)
        shares = np.full(stake.size, 1 / stake.size)
        return attacks.EpochResult(weights[0], shares, weights.mean(axis=0), memory)

    attacks.weight_copying(epoch, np.ones(3), **arguments)
    return np.array(seen)


def spread(logs):
    """Standard deviation over miners, which a factor on all of a row does not touch."""
    return np.std(logs, axis=-1)


def test_qualities_walk_and_measurements_scatter_as_stated():
    seen = recorded(copier=2, miners=6_000, epochs=3, drift=0.3, error=0.2, seed=2)
    logs = np.log(seen)
    np.testing.assert_allclose(seen.sum(axis=2), 1)
    # two validators measure the same quality, each with an error of its own, new in each epoch
    np.testing.assert_allclose(spread(logs[:, 0] - logs[:, 1]), 0.2 * np.sqrt(2), rtol=0.05)
    np.testing.assert_allclose(spread(logs[1:, 0] - logs[:-1, 0]), np.sqrt(0.3**2 + 2 * 0.2**2), rtol=0.05)
    # qualities are log-normal at the start: a spread of 1, then a step and an error
    np.testing.assert_allclose(spread(logs[0, 0]), np.sqrt(1 + 0.3**2 + 0.2**2), rtol=0.05)
    # neither moves a quality on average; but the mean log of shares lies half the variance below that of an even split
    assert np.mean(logs[2, 0] - logs[0, 1]) == pytest.approx(-(0.3**2), abs=0.06)
    still = recorded(copier=2, miners=50, epochs=3, drift=0.0, error=0.0)
    np.testing.assert_allclose(still, np.broadcast_to(still[0, 0], still.shape), rtol=1e-12)


def test_a_copier_measures_until_there_is_a_consensus_to_read():
    seen = recorded(copier=1, miners=40, epochs=3, drift=0.1, error=0.5, seed=1)
    assert not np.allclose(seen[0, 1], seen[0, 0])
    # by default it reads what the epoch before has brought
    np.testing.assert_allclose(seen[1:, 1], seen[:-1].mean(axis=1))
    late = recorded(copier=1, miners=40, epochs=5, drift=0.1, error=0.5, delay=2, seed=1)
    np.testing.assert_allclose(late[2:, 1], late[:-2].mean(axis=1))
    assert not np.allclose(late[1, 1], late[0].mean(axis=0))


def test_dividends_are_compared_per_unit_of_stake():
    def epoch(weights, stake, memory):
        dividends = np.array([0.2, 0.3, 0.5]) if memory is None else np.array([1.0, 0.0, 0.0])
        return attacks.EpochResult(weights[0], dividends, weights[0], 1)

    table = attacks.weight_copying(epoch, [1.0, 2.0, 3.0], copier=0, miners=2, epochs=2, drift=0.1, error=0.1)
    # of 6 in stake: 1.2 for the copier, 0.9 and 1.0 for the others, which hold 2 and 3
    assert table.loc[0].tolist() == pytest.approx([0, 1.2, 0.96, 0.25])
    assert table.loc[1].tolist() == pytest.approx([1, 6, 0, np.nan], nan_ok=True)


def test_collusion_sets_weights_and_stake_as_stated():
    seen = []

    def epoch(weights, stake, memory):
        seen.append((weights, stake))
        return attacks.EpochResult(np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.6, 0.3, 0.1]), weights[0], memory)

    table = attacks.collusion(
        epoch, cabal_shares=[0.0, 0.4, 1.0], validators=2, miners=4, cabal_miners=2, cabal_quality=0.25
    )
    assert len(seen) == 3  # one epoch each, unless more are asked for
    np.testing.assert_allclose(seen[0][0], [[0.5, 0.5, 0, 0], [0.1, 0.1, 0.4, 0.4], [0.1, 0.1, 0.4, 0.4]])
    np.testing.assert_allclose([stake for _, stake in seen], [[0, 0.5, 0.5], [0.4, 0.3, 0.3], [1, 0, 0]])
    np.testing.assert_allclose(table["incentive"], 0.7)
    np.testing.assert_allclose(table["deserved"], 0.2)
    np.testing.assert_allclose(table["dividends"], 0.6)
    # one miner that nobody else wants, unless said otherwise
    attacks.collusion(epoch, cabal_shares=[0.4], validators=2, miners=4)
    np.testing.assert_allclose(seen[-1][0], [[1, 0, 0, 0], [0, 1 / 3, 1 / 3, 1 / 3], [0, 1 / 3, 1 / 3, 1 / 3]])


def test_arguments_that_do_not_fit_each_other_are_named():
    arguments = {"copier": 0, "miners": 2, "epochs": 100, "error": 0.0}
    assert len(attacks.weight_copying(median_epoch, [1, 1], drift=5.0, **arguments)) == 100
    with pytest.raises(ValueError, match=r"drift: 5.001 given"):
        attacks.weight_copying(median_epoch, [1, 1], drift=5.001, **arguments)
    with pytest.raises(ValueError, match="copier: 2 given"):
        attacks.weight_copying(median_epoch, [1, 1], drift=0, **arguments | {"copier": 2})
    with pytest.raises(ValueError, match="cabal_miners: 2 given"):
        attacks.collusion(median_epoch, cabal_shares=[0.2], validators=1, miners=2, cabal_miners=2)
