"""Run every benchmark of this folder, write what they print to RESULTS.md, and guard their ratios.

Run: python benchmarks/run.py [--record] [NAME ...]   (`make bench` sets up what the peers need)

Each benchmark measures both sides in one run, prints medians and ratios, and ends with an error when a ratio misses its
aim or has become clearly worse than the one in ratios.json (measure.py says how). This ends with an error if one did.
With --record the new ratios become the recorded ones. Named benchmarks replace their own sections of RESULTS.md only.
"""

from __future__ import annotations

import datetime
import os
import platform
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
from measure import TOLERANCE
from tqdm import tqdm

HERE = Path(__file__).parent
NAMES = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
RESULTS = HERE / "RESULTS.md"
HEAD = f"""# Benchmarks

Written by `benchmarks/run.py` (`make bench`). All sides of a comparison run in turn on one machine, in one run; figures
are medians. Compare ratios, not seconds. Each ratio has an aim, and is held against the one recorded in `ratios.json`:
`make bench` ends with an error if one misses its aim or is worse than recorded by more than a factor of {TOLERANCE:g}.
"""


def machine() -> str:
    """One line on what the figures were measured on."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if "model name" in line] if info.exists() else []
    processor = models[0].split(":", 1)[1].strip() if models else platform.processor() or platform.machine()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "numba"))
    return (
        f"{processor}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, "
        f"Python {platform.python_version()}, {libraries}"
    )


def section(name: str, *, record: bool) -> tuple[str, bool]:
    """Run one benchmark and return its part of RESULTS.md, and whether it passed."""
    script = HERE / f"bench_{name}.py"
    environment = os.environ | ({"BENCH_RECORD": "1"} if record else {})
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, env=environment)
    passed = done.returncode == 0
    summary = script.read_text(encoding="utf-8").split('"""')[1].strip().splitlines()[0]
    verdict = "" if passed else f"\n**Missed or failed** (exit status {done.returncode}).\n"
    output = done.stdout.strip() if passed else f"{done.stdout}\n{done.stderr}".strip()
    text = (
        f"{heading(name)}\n\n{summary}\nMeasured on {datetime.date.today()}: {machine()}.\n{verdict}\n"
        f"```text\n{output}\n```\n"
    )
    return text, passed


def heading(name: str) -> str:
    """Return the line that a benchmark's part of RESULTS.md starts with."""
    return f"## {name.replace('_', ' ')}"


@click.command()
@click.option("--record", is_flag=True, help="Write the new ratios to ratios.json.")
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
def main(record: bool, names: tuple[str, ...]) -> None:
    """Run the benchmarks NAMES (all by default), write RESULTS.md and compare ratios with ratios.json."""
    earlier = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    parts = {part.splitlines()[0]: part.rstrip() + "\n" for part in re.split(r"^(?=## )", earlier, flags=re.M)[1:]}
    amiss = []
    for name in tqdm(names or NAMES, unit="benchmark"):
        parts[heading(name)], passed = section(name, record=record)
        if not passed:
            amiss.append(name)
    ordered = [parts[heading(name)] for name in NAMES if heading(name) in parts]
    partial = RESULTS.with_suffix(".tmp")
    partial.write_text("\n".join([HEAD, *ordered]), encoding="utf-8")
    partial.replace(RESULTS)
    click.echo(f"{RESULTS}: {len(names or NAMES)} run, {len(amiss)} amiss {' '.join(amiss)}".rstrip())
    sys.exit(bool(amiss))


if __name__ == "__main__":
    main()
