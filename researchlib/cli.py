"""The command line: run one notebook, a sweep of assumptions, or the whole report."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import researchlib

if TYPE_CHECKING:
    from researchlib.batch.execute import Outcome

__all__ = ["main"]

_CHECKOUT = Path(__file__).resolve().parents[1]
#: Seconds between two drawings of a progress bar: on a terminal, in a log.
_REDRAW = (0.1, 15.0)


class _Lazy(click.Group):
    """A group that imports a command of another module when it is asked for, to keep the others quick."""

    elsewhere: dict[str, str]

    def __init__(self, *args: Any, elsewhere: dict[str, str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.elsewhere = elsewhere or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self.elsewhere])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.elsewhere:
            return super().get_command(ctx, cmd_name)
        from importlib import import_module

        module, _, attribute = self.elsewhere[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(researchlib.__version__, prog_name="researchlib")
def main() -> None:
    """Research notebooks on decentralised computing: run them, vary their assumptions, build the report."""


def _progress(unit: str) -> Callable[[int], Callable[[Outcome, bool], None]]:
    """Return what draws a bar on standard error: done, rate, time left, failures."""
    from tqdm import tqdm

    def start(total: int) -> Callable[[Outcome, bool], None]:
        bar = tqdm(total=total, unit=unit, mininterval=_REDRAW[not sys.stderr.isatty()], dynamic_ncols=True)
        failed = 0

        def tell(outcome: Outcome, stored: bool) -> None:
            nonlocal failed
            if stored:  # no work done: keep it out of the rate
                bar.initial += 1
            failed += outcome.status != "ok"
            bar.set_postfix(failed=failed, refresh=False)
            bar.update()
            if bar.n >= total:
                bar.close()

        return tell

    return start


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/report"), show_default=True)
@click.option(
    "--notebooks", type=click.Path(exists=True, file_okay=False, path_type=Path), default=_CHECKOUT / "notebooks"
)
@click.option("--docs", type=click.Path(exists=True, file_okay=False, path_type=Path), default=_CHECKOUT / "docs")
@click.option("--workers", type=click.IntRange(1), help="Runs at once (default: one a core).")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), default=600, help="Seconds a notebook may take.")
@click.option("--force", is_flag=True, help="Run notebooks again whose inputs are unchanged.")
@click.option("--ordinary", is_flag=True, help="Start ordinary kernels instead of forked ones.")
def report(**options: Any) -> None:
    r"""Run every notebook and write the report: executed notebooks, a page each, and a front page.

    \b
    Examples:
      researchlib report
      researchlib report --out build/report --workers 4 --force
    """
    from researchlib.batch import report as reports

    out = options.pop("out")
    notebooks = options.pop("notebooks")
    try:
        built = reports.build(notebooks, out, progress=_progress("notebook"), **options)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    for warning in built.warnings:
        click.echo(f"page: {warning}", err=True)
    for note in sorted({page.outcome.note for page in built.pages if page.outcome.note}):
        click.echo(f"note: {note}", err=True)
    for page in built.failed:
        click.echo(f"failed: {page.name}: {page.outcome.error or page.outcome.status}", err=True)
    click.echo(f"{out / 'index.html'}: {len(built.pages)} notebooks, {len(built.failed)} failed")
    if built.failed:
        sys.exit(1)
