"""Pool swaps: the exact rule, one at a time, against the curve for arrays.

Run: python benchmarks/bench_pool_swap.py

Both sides swap against the same random pools and are timed in turn, round after round, so that a busy machine slows
both alike; the figures are medians. The exact side swaps the first pools only, its cost per swap being constant.
"""

from __future__ import annotations

import statistics
import time

import numpy as np

from researchlib.bittensor import pool, pool_arrays

POOLS = 1_000_000
EXACT = {"equal weights": 20_000, "weights off one half": 2_000}
WEIGHTS = {"equal weights": pool.EQUAL_WEIGHTS, "weights off one half": 500_000_300_000_000_000}
ROUNDS = 9
AT_LEAST = 100


def main() -> None:
    rng = np.random.default_rng(0)
    tao = rng.integers(10**12, 10**14, POOLS)
    alpha = rng.integers(10**14, 4 * 10**15, POOLS)
    amount = rng.integers(10**7, 10**11, POOLS)
    floats = tao.astype(float), alpha.astype(float), amount.astype(float)
    failed = False
    for case, weight in WEIGHTS.items():
        few = EXACT[case]
        states = [pool.Pool(int(y), int(x), weight) for y, x in zip(tao[:few], alpha[:few], strict=True)]
        amounts = [int(value) for value in amount[:few]]
        share = weight / pool.WEIGHT_ONE
        exact_times, array_times = [], []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            exact = [pool.output(state, "buy", value) for state, value in zip(states, amounts, strict=True)]
            middle = time.perf_counter()
            fast = pool_arrays.output("buy", *floats, share)
            array_times.append((time.perf_counter() - middle) / POOLS)
            exact_times.append((middle - start) / few)
        one, many = statistics.median(exact_times), statistics.median(array_times)
        error = np.abs(fast[:few] - np.array(exact, dtype=float)).max()
        print(
            f"{case}: exact {one * 1e6:.2f} us, array {many * 1e9:.1f} ns a swap, ratio {one / many:,.0f} "
            f"(at least {AT_LEAST}); largest difference {error:.2f} alpha-rao"
        )
        failed |= one / many < AT_LEAST
    if failed:
        raise SystemExit(f"the array version is less than {AT_LEAST} times as fast")


if __name__ == "__main__":
    main()
