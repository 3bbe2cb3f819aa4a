"""The command ``researchlib refresh``; what it runs is imported only then, since ``researchlib --help`` reads this."""

from __future__ import annotations

import datetime
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from researchlib.refresh.client import Client
    from researchlib.refresh.runner import Result

__all__ = ["NAMES", "refresh"]

NAMES = ("akash", "render", "ionet", "bittensor", "prices")
"""What can be named."""

#: Conflicts and groups of refusals that the summary shows.
_SHOWN = 20


def _summary(result: Result) -> list[str]:
    """Return the lines that say what was added, unchanged, conflicting and refused."""
    width = max(map(len, (*result.outcomes, "total")))
    columns = ("added", "unchanged", "conflicting", "refused")
    lines = [" " * width + "".join(f"{name:>13}" for name in columns)]
    total = [0, 0, 0, 0]
    for name, outcome in result.outcomes.items():
        counts = [len(outcome.added), outcome.unchanged, len(outcome.conflicting), len(outcome.refused)]
        total = [sum(pair) for pair in zip(total, counts, strict=True)]
        lines.append(f"{name:{width}}" + "".join(f"{count:13,}" for count in counts))
    lines.append(f"{'total':{width}}" + "".join(f"{count:13,}" for count in total))

    conflicts = [line for outcome in result.outcomes.values() for line in outcome.conflicting]
    if conflicts:
        lines += ["", "conflicting: the new reading is added beside the old; series() asks which one is meant"]
        lines += [f"  {line}" for line in conflicts[:_SHOWN]]
        lines += [f"  ... and {len(conflicts) - _SHOWN} more"] if len(conflicts) > _SHOWN else []
    refusals = [refusal for outcome in result.outcomes.values() for refusal in outcome.refused]
    if refusals:
        groups = Counter((refusal.subject, refusal.reason) for refusal in refusals)
        first = {(refusal.subject, refusal.reason): refusal.detail for refusal in reversed(refusals)}
        lines += ["", "refused:"]
        shown = list(groups.items())[:_SHOWN]
        lines += [f"  {subject}: {reason} ({count:,}; {first[subject, reason]})" for (subject, reason), count in shown]
        lines += [f"  ... and {len(groups) - _SHOWN} more kinds"] if len(groups) > _SHOWN else []
    return lines


@click.command(
    epilog="""\b
Examples:
  researchlib refresh --dry-run
  researchlib refresh akash prices --since 2026-01-01 --out build/data
  RESEARCHLIB_DATA=build/data researchlib report"""
)
@click.argument("names", metavar=f"[{'|'.join(NAMES)}]...", nargs=-1, type=click.Choice(NAMES))
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day wanted of histories [default: all; 31 days of io.net blocks].",
)
@click.option("--dry-run", is_flag=True, help="Say what would be added and write nothing.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of tables to add to; made from the tables in use if it is new [default: the tables in use].",
)
@click.pass_obj
def refresh(
    client: Client | None, names: tuple[str, ...], since: datetime.datetime | None, dry_run: bool, out: Path | None
) -> None:
    """Add live readings of public endpoints to the tables; without a name, all of them.

    What is there stays as it is. A reading that differs stands beside it, one that cannot be true is refused. Nothing
    that failed is written; the exit status is 1 if an endpoint failed.
    """
    from tqdm import tqdm

    from researchlib import data
    from researchlib.refresh.client import Client
    from researchlib.refresh.runner import ENDPOINTS, prepare, run

    names = names or NAMES
    bar = tqdm(total=sum(len(ENDPOINTS[name]) for name in names), unit="endpoint", disable=None, leave=False)

    def tell(name: str) -> None:
        bar.set_description(name, refresh=False)
        bar.update()

    try:
        if out and not dry_run:
            prepare(out)
        folder = out if out and (out / "observations.csv").is_file() else data.root()
        with client or Client(cache="researchlib-refresh") as opened, bar:
            day = since.date() if since else None
            result = run(names, folder, opened, since=day, dry_run=dry_run, progress=tell)
    except ValueError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    click.echo("\n".join(_summary(result)))
    click.echo("dry run: nothing written" if dry_run else f"tables: {folder}")
    for name, message in result.failures.items():
        click.echo(f"failed: {name}: {message}", err=True)
    if result.failures:
        click.echo(f"{len(result.failures)} endpoint(s) failed and added nothing", err=True)
        sys.exit(1)
