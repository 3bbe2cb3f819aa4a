"""Clusters, against closed forms and an independent recomputation."""

from __future__ import annotations

import pytest
from scipy import stats

from researchlib.models import gpu_clusters


def test_requests_turned_away_are_those_an_auditor_computed() -> None:
    """104 H100: for 24 at 72% wanted 27%, at 39% 5%; 72 H200: for 64 at 72% 97%, at 39% 74%."""
    asked = [1, 8, 16, 24]
    assert gpu_clusters.turned_away(104, 0.72, asked)[24] == pytest.approx(0.2715, abs=1e-4)
    assert gpu_clusters.turned_away(104, 0.39, asked)[24] == pytest.approx(0.05, abs=0.005)
    h200 = [gpu_clusters.turned_away(72, use, [1, 8, 16, 32, 64])[64] for use in (0.72, 0.39)]
    assert h200 == pytest.approx([0.97, 0.74], abs=0.005)


def test_one_place_simulated_agrees_with_the_exact_one() -> None:
    exact = gpu_clusters.turned_away(104, 0.72, [1, 8, 24])
    found = gpu_clusters.turned_away_by_places(104, 0.72, [1, 8, 24], [1, 4], requests=30_000)
    assert found.loc[1, "blocked"].to_numpy() == pytest.approx(exact.to_numpy(), abs=0.03)
    assert found.loc[(4, 24), "blocked"] > exact[24]


def test_chance_of_hosts_in_a_place_is_binomial() -> None:
    """13 hosts over four places: eight in a named one by the binomial law, in some one four times that."""
    found = gpu_clusters.scattered(104, 8, [4])
    named = stats.binom.sf(7, 13, 0.25)
    assert found.loc[(4, 64), "named_cell"] == pytest.approx(named)
    assert found.loc[(4, 64), "some_cell"] == pytest.approx(4 * named, abs=0.01)


def test_shares_of_combinations_add_up_and_fall_with_the_exponent() -> None:
    known = gpu_clusters.verified()
    even = gpu_clusters.ionet_cells(known, 0.0)
    assert even.size == known.loc[["models", "countries", "tiers"], "value"].prod()
    assert even == pytest.approx(1 / even.size)
    steep = gpu_clusters.ionet_cells(known, 1.0)
    assert steep.sum() == pytest.approx(1)
    assert steep[0] / steep[1] == pytest.approx(2)
    assert known.loc["gpus", "value"] == 2752
