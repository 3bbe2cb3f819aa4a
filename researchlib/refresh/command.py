"""The command ``researchlib refresh``; what it runs is imported only then, since ``researchlib --help`` reads this."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

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
    counted: dict[str, tuple[int, ...]] = {
        name: (len(outcome.added), outcome.unchanged, len(outcome.conflicting), len(outcome.refused))
        for name, outcome in result.outcomes.items()
    }
    counted["total"] = tuple(map(sum, zip(*counted.values(), strict=True))) or (0, 0, 0, 0)
    lines = [" " * width + "".join(f"{name:>13}" for name in columns)]
    lines += [f"{name:{width}}" + "".join(f"{count:13,}" for count in counts) for name, counts in counted.items()]

    groups: dict[tuple[str, str], list[str]] = {}
    for outcome in result.outcomes.values():
        for refusal in outcome.refused:
            groups.setdefault((refusal.subject, refusal.reason), []).append(refusal.detail)
    refused = [f"{subject}: {why} ({len(some):,}; {some[0]})" for (subject, why), some in groups.items()]
    conflicts = [line for outcome in result.outcomes.values() for line in outcome.conflicting]
    beside = "conflicting: the new reading is added beside the old; series() asks which one is meant"
    for title, told in ((beside, conflicts), ("refused:", refused)):
        if told:
            more = [f"  ... and {len(told) - _SHOWN} more"] if len(told) > _SHOWN else []
            lines += ["", title, *(f"  {line}" for line in told[:_SHOWN]), *more]
    return lines


@click.command(
    epilog="""\b
Examples:
  researchlib refresh --check
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
@click.option("--check", "checking", is_flag=True, help="Ask each host one question, print who answers, read nothing.")
@click.option(
    "--silent-days",
    type=click.IntRange(min=1),
    help="Exit with 3 if the newest figure of a source is older, and with 0 if an endpoint merely failed today.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of tables to add to; made from the tables in use if it is new [default: the tables in use].",
)
@click.pass_obj
def refresh(
    client: Client | None,
    names: tuple[str, ...],
    since: datetime.datetime | None,
    dry_run: bool,
    checking: bool,
    silent_days: int | None,
    out: Path | None,
) -> None:
    """Add live readings of public endpoints to the tables; without a name, all of them.

    What is there stays as it is. A reading that differs stands beside it, one that cannot be true is refused. Nothing
    that failed is written; the exit status is 1 if an endpoint failed.
    """
    from researchlib import data
    from researchlib.refresh.client import Client
    from researchlib.refresh.runner import run

    names = names or NAMES
    try:
        if checking:
            with client or Client() as opened:
                sys.exit(_check(names, opened))
        folder = out if out and not (dry_run and not (out / "observations.csv").is_file()) else data.root()
        with client or Client(cache="researchlib-refresh") as opened:
            day = since and since.date()
            result = run(names, folder, opened, since=day, dry_run=dry_run, progress=_progress())
    except (ValueError, OSError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2 if isinstance(error, ValueError) else 1)
    click.echo("\n".join(_summary(result)))
    click.echo("dry run: nothing written" if dry_run else f"tables: {folder}")
    for name, message in result.failures.items():
        click.echo(f"failed: {name}: {message}", err=True)
    if result.failures:
        click.echo(f"{len(result.failures)} endpoint(s) failed and added nothing", err=True)
    silent = _silent(result, silent_days) if silent_days else []
    for line in silent:
        click.echo(line, err=True)
    sys.exit(3 if silent else 1 if result.failures and not silent_days else 0)


def _progress() -> Callable[[str, int, int, int], None]:
    """Return what shows a bar for each host on a terminal, and elsewhere a line when a host is done."""
    from tqdm import tqdm

    bars: dict[str, tqdm[NoReturn]] = {}

    def tell(host: str, answered: int, of: int, failed: int) -> None:
        if host not in bars:
            bars[host] = tqdm(total=of, desc=host, unit="endpoint", position=len(bars), disable=None)
        bars[host].update()
        if answered == of:
            bars[host].close()
            if bars[host].disable:
                click.echo(f"{host}: {of} endpoint(s) asked, {failed} failed", err=True)

    return tell


def _check(names: Sequence[str], client: Client) -> int:
    """Print who answers; return 1 if some part of a network has no host that does."""
    from researchlib.refresh.check import check

    replies = check(names, client)
    wide = [max(len(getattr(reply, column)) for reply in replies) for column in ("part", "host")]
    for reply in replies:
        said = reply.error or "answers"
        click.echo(f"{reply.part:{wide[0]}}  {reply.host:{wide[1]}}  {reply.seconds:5.1f} s  {said}")
    return int(bool({r.part for r in replies} - {r.part for r in replies if not r.error}))


def _silent(result: Result, days: int) -> list[str]:
    """Return a line for each source whose newest figure is more than some days old."""
    return [
        f"silent: {source_id}: {f'nothing since {newest}' if newest else 'nothing ever'}"
        for source_id, newest in result.newest.items()
        if newest is None or (result.day - newest).days > days
    ]
