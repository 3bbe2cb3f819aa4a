"""Run every benchmark of this folder and write what they print to RESULTS.md.

Run: python benchmarks/run.py [NAME ...]   (`make bench` sets up what the peers need)

Each benchmark measures both sides in one run, prints medians and ratios, and ends with an error when a ratio misses
what is claimed. Only ratios are compared: seconds belong to a machine.
"""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
from tqdm import tqdm

HERE = Path(__file__).parent
NAMES = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def machine() -> str:
    """One line on what the figures were measured on."""
    info = Path("/proc/cpuinfo")
    models = [line for line in info.read_text().splitlines() if "model name" in line] if info.exists() else []
    processor = models[0].split(":", 1)[1].strip() if models else platform.processor() or platform.machine()
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "pandas", "numba"))
    return f"{processor}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {libraries}"


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(NAMES))
def main(names: tuple[str, ...]) -> None:
    """Run the benchmarks NAMES (all by default) and write RESULTS.md."""
    sections, missed = [], []
    for name in tqdm(names or NAMES, unit="benchmark"):
        script = HERE / f"bench_{name}.py"
        done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
        summary = script.read_text(encoding="utf-8").split('"""')[1].strip().splitlines()[0]
        if done.returncode:
            missed.append(name)
        verdict = "" if done.returncode == 0 else f"\n**Missed or failed** (exit status {done.returncode}).\n"
        output = done.stdout.strip() or done.stderr.strip()
        sections.append(f"## {name.replace('_', ' ')}\n\n{summary}\n{verdict}\n```text\n{output}\n```\n")
    head = (
        f"# Benchmarks\n\nMeasured on {datetime.date.today()} by `benchmarks/run.py`: {machine()}.\n\n"
        "Both sides of a comparison run in turn in one process; figures are medians. Compare ratios, not seconds.\n"
    )
    target = HERE / "RESULTS.md"
    partial = target.with_suffix(".tmp")
    partial.write_text("\n".join([head, *sections]), encoding="utf-8")
    partial.replace(target)
    click.echo(f"{target}: {len(sections)} benchmarks, {len(missed)} missed or failed {' '.join(missed)}".rstrip())
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
