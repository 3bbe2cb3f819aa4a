import numpy as np
import pandas as pd
import pytest

from researchlib.pricing import market_results as results

SHAPES = pd.DataFrame({"gpu": [1, 2], "tpu": [0, 0]})
CAPACITY = pd.DataFrame({"gpu": [2, 4], "tpu": [0, 0]}, index=["a", "b"])


@pytest.fixture
def market():
    """Three leases and two orders without one, small enough to count by hand."""
    return pd.DataFrame(
        {
            "arrival": [0.0, 1.0, 2.0, 3.0, 7.0],
            "end": [4.0, 3.0, 10.0, 5.0, 8.0],
            "shape": [0, 1, 1, 0, 0],
            "ceiling": [3.0, 9.0, 9.0, 1.0, 5.0],
            "provider": [0, 1, 1, -1, -1],
            "price": [2.0, 4.0, 5.0, np.nan, np.nan],
            "bids": [2, 1, 1, 0, 0],
            "capable": [2, 1, 1, 1, 0],
        }
    )


def test_summary_by_hand(market):
    summary = results.market_summary(market)
    expected = {"orders": 5, "leased": 0.6, "no_room": 0.2, "priced_out": 0.2, "mean_price": 11 / 3}
    assert summary.to_dict() == pytest.approx(expected)
    assert results.market_summary(market, warm_up=1.5)["orders"] == 3


def test_through_time_by_hand(market):
    steps = results.market_through_time(market, SHAPES, CAPACITY, step=2.0)
    assert steps["start"].tolist() == [0.0, 2.0, 4.0, 6.0]
    assert steps["orders"].tolist() == [2, 2, 0, 1]
    assert steps["leases"].tolist() == [2, 1, 0, 0]
    np.testing.assert_allclose(steps["mean_price"], [3.0, 5.0, np.nan, np.nan])
    # GPU-hours: 2 + 2; then 2 + 2 + 4; then 4; then 4, of 6 GPUs x 2 hours
    np.testing.assert_allclose(steps["used_gpu"], np.array([4, 8, 4, 4]) / 12)
    assert steps["used_tpu"].isna().all()


def test_a_summary_counts_from_the_end_of_the_warm_up_on(market):
    assert results.market_summary(market, warm_up=3.0)["orders"] == 2
    last = results.market_summary(market, warm_up=7.0)
    assert last.drop("mean_price").to_dict() == {"orders": 1, "leased": 0, "no_room": 1, "priced_out": 0}
    with pytest.raises(ValueError, match="warm_up: 8.0 given"):
        results.market_summary(market, warm_up=8)


def test_an_arrival_on_an_edge_opens_its_step(market):
    moved = market.assign(arrival=[0.0, 2.0, 2.0, 4.0, 6.0], end=[1.0, 4.0, 9.0, 5.0, 8.0])
    steps = results.market_through_time(moved, SHAPES, CAPACITY, step=2.0)
    assert steps["start"].tolist() == [0.0, 2.0, 4.0, 6.0]
    assert steps["orders"].tolist() == [1, 2, 1, 1]
    assert steps["leases"].tolist() == [1, 2, 0, 0]
    np.testing.assert_allclose(steps["mean_price"], [2.0, 4.5, np.nan, np.nan])
    np.testing.assert_allclose(steps["used_gpu"], np.array([1, 8, 4, 4]) / 12)
    fine = results.market_through_time(moved, SHAPES, CAPACITY, step=0.5)
    assert len(fine) == 13
    assert fine["orders"].sum() == 5
    np.testing.assert_allclose(fine["used_gpu"].iloc[:4], [1 / 6, 1 / 6, 0, 0], atol=1e-12)
    whole = results.market_through_time(moved, SHAPES, CAPACITY, step=7.0)
    assert whole[["orders", "leases"]].to_numpy().tolist() == [[5, 3]]


def test_resources_go_by_their_names(market):
    swapped = SHAPES[["tpu", "gpu"]]
    by_name = results.market_through_time(market, swapped, CAPACITY, step=2.0)
    pd.testing.assert_frame_equal(by_name, results.market_through_time(market, SHAPES, CAPACITY, step=2.0))
    with pytest.raises(ValueError, match="shapes: gpu missing"):
        results.market_through_time(market, SHAPES[["tpu"]], CAPACITY, step=2.0)
