"""Who has to go."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from researchlib import data
from researchlib.bittensor.pruning import Neuron, NeuronPruningParameters, Subnet, subnet_to_prune, uid_to_prune

RULES = NeuronPruningParameters(immunity_period=100, min_non_immune_uids=1)


def test_lowest_emission_then_oldest_then_lowest_uid_goes() -> None:
    neurons = [Neuron(0, 5, 10), Neuron(1, 3, 20), Neuron(2, 3, 10), Neuron(3, 3, 10)]
    assert uid_to_prune(neurons, 1000, RULES) == 2


def test_an_immune_neuron_goes_while_few_are_not() -> None:
    neurons = [Neuron(0, 1, 0), Neuron(1, 9, 950), Neuron(2, 7, 960)]
    assert uid_to_prune(neurons, 1000, RULES) == 2
    assert uid_to_prune([*neurons, Neuron(3, 2, 0)], 1000, RULES) == 0


@pytest.mark.parametrize(("floor", "goes"), [(0, 0), (1, 0), (2, 2), (3, 2), (4, 2)])
def test_immune_neurons_go_up_to_the_floor(floor: int, goes: int) -> None:
    # neurons 0 and 1 are free of immunity, which ends 100 blocks after the registration
    neurons = [Neuron(0, 1, 900), Neuron(1, 5, 0), Neuron(2, 9, 901)]
    assert uid_to_prune(neurons, 1000, NeuronPruningParameters(100, floor)) == goes


def test_without_immune_neurons_the_floor_protects_all() -> None:
    assert uid_to_prune([Neuron(0, 1, 0)], 1000, RULES) is None


def test_protected_keys_stay() -> None:
    assert uid_to_prune([Neuron(0, 0, 0, protected=True)], 1000, RULES) is None
    assert uid_to_prune([], 1000, RULES) is None


neurons_strategy = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1100), st.booleans()), max_size=12).map(
    lambda rows: [Neuron(uid, *row) for uid, row in enumerate(rows)]
)


@settings(max_examples=50, deadline=None)
@given(neurons_strategy, st.randoms(use_true_random=False))
def test_the_order_of_the_list_does_not_matter(neurons: list[Neuron], random: object) -> None:
    chosen = uid_to_prune(neurons, 1000, RULES)
    shuffled = list(neurons)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert uid_to_prune(shuffled, 1000, RULES) == chosen
    assert chosen is None or not neurons[chosen].protected


def test_immune_root_and_free_places_stay() -> None:
    subnets = [Subnet(0, 0, 0.0), Subnet(1, 0, 0.3), Subnet(2, 900, 0.1), Subnet(3, 0, 0.0, added=False)]
    assert subnet_to_prune(subnets, 1000, 500) == 1
    assert subnet_to_prune(subnets, 1400, 500) == 2
    assert subnet_to_prune(subnets, 100, 500) is None


def test_parameters_come_from_the_data() -> None:
    assert data.parameters(NeuronPruningParameters, "2026-01-01") == NeuronPruningParameters(5000, 10)


def test_a_number_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"uid: \[1\] given more than once"):
        uid_to_prune([Neuron(1, 0, 0), Neuron(1, 0, 0)], 1, RULES)
    with pytest.raises(ValueError, match=r"netuid: \[4\] given more than once"):
        subnet_to_prune([Subnet(4, 0, 1.0), Subnet(4, 0, 1.0)], 1, 1)
