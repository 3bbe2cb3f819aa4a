"""The ends of what arrays and dataclasses hold: the last value inside is taken, the first outside is refused.

``tests/test_domains.py`` looks at the arguments that one domain describes; here are those that depend on others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from researchlib.supply import clusters, cost, owners

FLEET = pd.DataFrame({"gpu_model": ["T4"], "region": ["EU"], "tier": ["a"], "count": [4]})
ENDS: list[tuple[str, Callable[[Any], object], list[Any], list[Any]]] = [
    ("sizes", lambda n: clusters.servable(FLEET, [n]), [1], [0]),
    ("sizes", lambda n: clusters.service_probability([4], [n], free=0.5), [1], [0]),
    ("sizes", lambda n: clusters.scatter_probability(4, [1.0], [n]), [1], [0]),
    ("sizes", lambda n: clusters.blocking_by_size(4, [n], [1.0]), [1], [0]),
    ("counts", lambda n: clusters.service_probability([4, n], [1], free=0.5), [0], [-1]),
    ("free", lambda n: clusters.service_probability([4], [1], free=n), [0, 1], [-1e-6, 1 + 1e-6]),
    ("weights", lambda n: clusters.service_probability([4, 4], [1], free=1, weights=[1, n]), [0], [-1e-6]),
    ("total", lambda n: clusters.scatter_probability(n, [1.0], [1]), [0], [-1]),
    ("shares", lambda n: clusters.scatter_probability(4, [1.0 - n, n], [1]), [0], [-1e-6]),
    ("draws", lambda n: clusters.scatter_probability(4, [1.0], [1], draws=n), [100], [99]),
    ("gpus", lambda n: clusters.blocking_by_size(n, [1], [1.0]), [0], [-1]),
    ("loads", lambda n: clusters.blocking_by_size(4, [1], [n]), [0], [-1e-6]),
    ("cells", lambda n: clusters.simulate_blocking([4, n], [1], [1.0], requests=2000), [0], [-1]),
    ("requests", lambda n: clusters.simulate_blocking([4], [1], [1.0], requests=n), [2000], [1999]),
    ("pue", lambda n: cost.Owner(1, 1, 1, pue=n), [1], [1 - 1e-6]),
    ("residual", lambda n: cost.Owner(1, 1, 1, residual=n), [0, 1], [-1e-6, 1 + 1e-6]),
    ("idle_power_w", lambda n: cost.Owner(1, 5, 1, idle_power_w=n), [0, 5], [-1e-6, 5 + 1e-6]),
    ("life_years", lambda n: cost.Owner(1, 1, 1, life_years=n), [1e-6], [0]),
    ("pue", lambda n: owners.Site(1, pue=n), [1], [1 - 1e-6]),
    ("residual", lambda n: owners.Site(1, residual=n), [0, 1], [-1e-6, 1 + 1e-6]),
    ("idle_power", lambda n: owners.Site(1, idle_power=n), [0, 1], [-1e-6, 1 + 1e-6]),
]


@pytest.mark.parametrize(("name", "call", "taken", "refused"), ENDS)
def test_numbers_within_end_where_they_should(
    name: str, call: Callable[[Any], object], taken: list[Any], refused: list[Any]
) -> None:
    for value in taken:
        call(value)
    for value in refused:
        with pytest.raises(ValueError, match=f"{name}: .* given"):
            call(value)
