import numpy as np
import pytest

from researchlib.pricing import queueing


@pytest.mark.parametrize(("load", "servers"), [(0.5, 1), (3.0, 5), (20.0, 18), (0.0, 3)])
def test_erlang_b_by_its_definition(load, servers):
    terms = [1.0]
    for k in range(1, servers + 1):
        terms.append(terms[-1] * load / k)
    assert queueing.erlang_b(load, servers) == pytest.approx(terms[-1] / sum(terms), rel=1e-12)


def test_erlang_c_by_its_definition():
    load, servers = 3.0, 5
    terms = [1.0]
    for k in range(1, servers + 1):
        terms.append(terms[-1] * load / k)
    tail = terms[-1] * servers / (servers - load)
    assert queueing.erlang_c(load, servers) == pytest.approx(tail / (sum(terms[:-1]) + tail), rel=1e-12)


def test_priorities_conserve_the_mean_wait():
    rates = np.array([1.0, 2.0, 1.5])
    waits = queueing.priority_waits(rates, 0.8, 5)
    single = queueing.priority_waits([rates.sum()], 0.8, 5)[0]
    assert (rates * waits).sum() / rates.sum() == pytest.approx(single, rel=1e-12)
    assert (np.diff(waits) > 0).all()


def test_three_classes_by_cobhams_formula():
    # M/M/2, one job an hour each of half an hour: loads 0.25, 0.5, 0.75 of the servers, C = 9/14
    waits = queueing.priority_waits([1.0, 1.0, 1.0], 0.5, 2)
    residual = 9 / 14 * 0.5 / 2
    np.testing.assert_allclose(waits, [residual / 0.75, residual / (0.75 * 0.5), residual / (0.5 * 0.25)], rtol=1e-12)


def test_a_class_that_fills_the_servers_waits_for_ever():
    assert queueing.priority_waits([0.5, 0.5], 1.0, 1).tolist() == [2.0, np.inf]
    assert queueing.priority_waits([0.0, 0.5], 1.0, 1).tolist() == [0.5, 1.0]


def test_overload_leaves_the_last_class_waiting_for_ever():
    waits = queueing.priority_waits([0.5, 0.9], 1.0, 1)
    assert waits.tolist() == [2.0, np.inf]  # one server always busy: 1 / (1 - 0.5)
    assert queueing.priority_waits([0.5, 1e18], 1.0, 1).tolist() == [2.0, np.inf]
