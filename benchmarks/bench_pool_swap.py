"""Pool swaps: the exact rule, one at a time, against the curve for arrays.

Run: python benchmarks/bench_pool_swap.py

Both sides swap against the same random pools. The exact side swaps the first pools only, as a swap costs it the same
however many there are.
"""

from __future__ import annotations

import numpy as np
from measure import Ratio, conclude, medians, seconds, table

from researchlib.bittensor import pool, pool_arrays

POOLS = 1_000_000
CASES = {
    "equal weights": (pool.EQUAL_WEIGHTS, 20_000),
    "weights off one half": (500_000_300_000_000_000, 2_000),
}
"""Weight of the pools, and swaps of the exact side."""
ROUNDS = 9
AT_LEAST = 100
COLUMNS = {
    "pools": "<20",
    "exact, us a swap": "8.2f",
    "arrays, ns a swap": "8.1f",
    "ratio": "8,.0f",
    "difference": "9.2f",
}


def measured(case: str) -> tuple[str, float, float, float, float]:
    """Return the case, microseconds of an exact swap, nanoseconds of one on arrays, their ratio, largest difference."""
    weight, few = CASES[case]
    rng = np.random.default_rng(0)
    tao = rng.integers(10**12, 10**14, POOLS)
    alpha = rng.integers(10**14, 4 * 10**15, POOLS)
    amount = rng.integers(10**7, 10**11, POOLS)
    floats = tao.astype(float), alpha.astype(float), amount.astype(float)
    states = [pool.Pool(int(y), int(x), weight) for y, x in zip(tao[:few], alpha[:few], strict=True)]
    swaps = list(zip(states, amount[:few].tolist(), strict=True))

    def exact() -> list[int]:
        return [pool.output(state, "buy", value) for state, value in swaps]

    def arrays() -> np.ndarray:
        return pool_arrays.output("buy", *floats, weight / pool.WEIGHT_ONE)

    error = np.abs(arrays()[:few] - np.array(exact(), dtype=float)).max()
    time = medians(ROUNDS, {"exact": lambda: seconds(exact) / few, "arrays": lambda: seconds(arrays) / POOLS})
    return case, time["exact"] * 1e6, time["arrays"] * 1e9, time["exact"] / time["arrays"], error


def main() -> None:
    print(f"{POOLS:,} pools; the largest difference in alpha-rao")
    rows = table(COLUMNS, map(measured, CASES))
    conclude("pool_swap", [Ratio(f"exact / arrays, {case}", ratio, at_least=AT_LEAST) for case, *_, ratio, _ in rows])


if __name__ == "__main__":
    main()
