"""The command line: run one notebook, a sweep of assumptions, or the whole report."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import researchlib

if TYPE_CHECKING:
    from researchlib.declared import Value
    from researchlib.runs.execute import Outcome
    from researchlib.runs.notebook import Parameter

__all__ = ["main"]

_CHECKOUT = Path(__file__).resolve().parents[1]
#: Seconds between two drawings of a progress bar: on a terminal, in a log.
_REDRAW = (0.1, 15.0)
#: Failed runs that a summary shows.
_SHOWN = 5


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


@click.group(
    cls=_Lazy,
    elsewhere={"refresh": "researchlib.refresh.command:refresh"},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(researchlib.__version__, prog_name="researchlib")
def main() -> None:
    """Research notebooks on decentralised computing: run them, vary their assumptions, build the report."""
    if named := os.environ.get("RESEARCHLIB_DATA"):  # the same folder wherever a notebook stands
        os.environ["RESEARCHLIB_DATA"] = str(Path(named).expanduser().absolute())


def _plain_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Say a bad input in one message and end with status 2; what went wrong with the outputs, with status 1."""

    @wraps(command)
    def wrapped(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except ValueError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)
        except (OSError, RuntimeError) as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(1)

    return wrapped


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


def _shared(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of every command that runs notebooks."""
    for option in (
        click.option("--kernel", help="Use this kernel instead of the one that a notebook names."),
        click.option("--ordinary", is_flag=True, help="Launch fresh kernels instead of forking warm ones."),
        click.option("--force", is_flag=True, help="Run again what is done and unchanged."),
    ):
        command = option(command)
    return command


def _below_notebooks(path: Path) -> Path:
    """Return a notebook's path below the folder ``notebooks``, as two themes may use one name; elsewhere its name."""
    parts = path.absolute().parts
    last = max((place for place, part in enumerate(parts[:-1]) if part == "notebooks"), default=len(parts) - 2)
    return Path(*parts[last + 1 :])


_NOTEBOOK = click.argument("path", metavar="NOTEBOOK", type=click.Path(path_type=Path))
_PARAMETER = ("-p", "--parameter", "given")


def _declared(path: Path) -> dict[str, Parameter]:
    """Return what a notebook declares; where it is the outcome of a run, say that what it was given does not count."""
    from researchlib.runs import notebook

    if values := notebook.given(notebook.read(path)):
        told = ", ".join(f"{name} = {value!r}" for name, value in values.items())
        click.echo(f"note: {path} was run with {told}; that does not count here, -p sets parameters", err=True)
    return notebook.parameters(notebook.load(path))


def _default_out(path: Path, kind: str, ending: str, runs: Sequence[Mapping[str, Value]]) -> Path:
    """Return where results go: a name of its own for each choice of parameters, so that none replaces another's."""
    name = _below_notebooks(path).with_suffix("")
    varied = list(dict.fromkeys(key for run in runs for key in run))
    if varied:
        text = f"{runs[0][varied[0]]}" if len(runs) == len(varied) == 1 else ""
        digest = hashlib.sha256(repr([sorted(run.items()) for run in runs]).encode()).hexdigest()[:8]
        exact = re.fullmatch(r"[A-Za-z0-9_.+-]{1,40}", text)
        what = f"{varied[0]}={text}" if exact else f"{'-'.join(varied)[:60]}-{digest}"
        name = name.with_name(f"{name.name}-{what}")
    return Path("build") / kind / name.with_name(name.name + ending)


@main.command()
@_NOTEBOOK
@_plain_errors
def params(path: Path) -> None:
    """List the parameters of a notebook: name, type, default, meaning.

    \b
    Example:
      researchlib params notebooks/overview.ipynb
    """  # noqa: D301 - click reads the backspace
    from researchlib.runs import identity, notebook

    declared = _declared(path)
    for parameter in declared.values():
        click.echo(parameter)
    if not declared:
        click.echo(f"{path} declares no parameters")
    wanted = identity.of(notebook.load(path), {})
    del wanted["parameters"]  # the parameters it was given make it no older
    changed = identity.changed(notebook.read(path), wanted)
    if changed:
        click.echo(f"stale: {', '.join(changed)} changed since its outputs were stored", err=True)


@main.command()
@_NOTEBOOK
@click.option(*_PARAMETER, type=(str, str), multiple=True, metavar="NAME VALUE", help="Set a parameter.")
@click.option("--out", type=click.Path(path_type=Path), help="Executed notebook [default: below build/runs].")
@click.option("--json", "as_json", is_flag=True, help="Print status, parameters and results as JSON.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Seconds the run may take.")
@_shared
@_plain_errors
def run(path: Path, given: list[tuple[str, str]], out: Path | None, as_json: bool, **options: Any) -> None:
    """Run a notebook once, with parameters checked before a kernel starts, and print its named results.

    \b
    Examples:
      researchlib run notebooks/overview.ipynb
      researchlib run notebooks/tokens/bittensor.ipynb -p as_of 2024-05-01 --out early.ipynb
    """  # noqa: D301 - click reads the backspace
    from researchlib.runs import notebook, sweep

    declared = _declared(path)
    values: dict[str, Value] = {}
    for name, text in given:
        if name not in declared:
            raise ValueError(f"{notebook.brief(name)} is no parameter of {path}; {notebook.listing(declared.values())}")
        if name in values:
            raise ValueError(f"{name}: given twice, one value allowed; a sweep takes several")
        values[name] = notebook.parse(text, declared[name])
    out = out or _default_out(path, "runs", ".ipynb", [values])
    outcome, changed = sweep.run(path, values, out, **options)
    if changed:
        click.echo(f"note: {out} was stale, {', '.join(changed)} changed", err=True)
    if outcome.note:
        click.echo(f"note: {outcome.note}", err=True)
    if as_json:
        full = {name: parameter.default for name, parameter in declared.items()} | values
        found = {name: {key: one[key] for key in ("value", "unit", "shown")} for name, one in outcome.results.items()}
        click.echo(json.dumps({"status": outcome.status, "parameters": full, "results": found}, ensure_ascii=False))
    else:
        for name, result in outcome.results.items():
            click.echo(f"{name} = {result['shown']}")
    if outcome.status != "ok":
        kept = out if outcome.notebook is not None else sweep.log_file(out) if outcome.log else None
        click.echo(f"{outcome.status}: {outcome.error}" + (f" (see {kept})" if kept else ""), err=True)
        sys.exit(1)
    told = f"{out}: {'unchanged, not run again' if changed == [] else f'{outcome.seconds:.1f} s'}"
    click.echo(told, err=as_json)


@main.command()
@_NOTEBOOK
@click.option("--grid", type=click.Path(dir_okay=False, path_type=Path), help="YAML file of parameters and values.")
@click.option(*_PARAMETER, type=(str, str), multiple=True, metavar="NAME A,B,C", help="Values of a parameter.")
@click.option("--zip", "how", flag_value="zip", help="First values together, then the second, and so on.")
@click.option("--product", "how", flag_value="product", help="Every combination (the default).")
@click.option("--sample", type=click.IntRange(1), help="So many of the combinations, drawn at random.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the sample.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the results [default: below build/sweeps].")
@click.option("--workers", type=click.IntRange(1), help="Runs at once [default: one more than cores].")
@click.option("--scheduler", metavar="ADDRESS", help="Send the runs to this dask cluster, such as tcp://host:8786.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Seconds a run may take.")
@click.option("--fail-fast", is_flag=True, help="Start no further run once one has failed.")
@click.option(
    "--figures/--no-figures",
    default=False,
    show_default=True,
    help="Draw the figures into the executed notebooks, or only describe them and save up to half the time.",
)
@_shared
@_plain_errors
def sweep(
    path: Path,
    grid: Path | None,
    given: list[tuple[str, str]],
    how: str | None,
    sample: int | None,
    seed: int,
    out: Path | None,
    **options: Any,
) -> None:
    """Run a notebook under many assumptions and tabulate its named results, a row a run.

    What is done is kept and not done again: the same command after an interruption goes on where it ended. The table is
    what a sweep is for: the executed notebooks describe their figures, and show them with --figures.

    \b
    Examples:
      researchlib sweep notebooks/tokens/bittensor.ipynb -p as_of 2024-05-01,2025-01-01 --figures
      researchlib sweep notebooks/tokens/render.ipynb --grid grid.yaml --workers 4 --timeout 120
      researchlib sweep notebooks/tokens/render.ipynb --grid grid.yaml --sample 200 --seed 1
    """  # noqa: D301 - click reads the backspace
    from researchlib.runs import grid as grids
    from researchlib.runs import sweep as sweeps

    declared = _declared(path)
    axes, sets = grids.from_file(grid, declared) if grid else ({}, None)
    axes |= grids.from_texts(given, declared)
    if how and sample:
        raise ValueError(f"sample: cannot go with --{how}")
    if sets is not None:
        if axes or how or sample:
            raise ValueError(f"grid: {grid} lists whole parameter sets, which take no other choice")
        runs = sets
    elif axes:
        runs = grids.runs(axes, together=how == "zip", sample=sample, seed=seed)
    else:
        raise ValueError("nothing to vary: give --grid FILE or -p NAME A,B,C")
    out = out or _default_out(path, "sweeps", "", runs)
    swept = sweeps.sweep(path, runs, out, progress=_progress("run"), **options)
    for reason, count in swept.stale.items():
        click.echo(f"note: {count} stored runs were stale ({reason} changed) and were run again", err=True)
    for note in [*swept.notes, *swept.trouble]:
        click.echo(f"note: {note}", err=True)
    failed = swept.table[swept.table["status"] != "ok"]
    for row in failed.head(_SHOWN).itertuples():
        click.echo(f"{row.status}: run {row.run}: {row.error}", err=True)
    if len(failed) > _SHOWN:
        click.echo(f"... and {len(failed) - _SHOWN} more, see the table", err=True)
    click.echo(f"{out / 'results.parquet'}: {len(swept.table)} runs, {swept.stored} done before, {len(failed)} not ok")
    if swept.interrupted:
        click.echo("interrupted; the same command goes on from here", err=True)
        sys.exit(130)
    if len(failed) or swept.trouble:
        sys.exit(1)


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/report"), show_default=True)
@click.option(
    "--notebooks", type=click.Path(exists=True, file_okay=False, path_type=Path), default=_CHECKOUT / "notebooks"
)
@click.option("--docs", type=click.Path(exists=True, file_okay=False, path_type=Path), default=_CHECKOUT / "docs")
@click.option("--workers", type=click.IntRange(1), help="Runs at once [default: one more than cores].")
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), default=600, show_default=True, help="Seconds a run may take."
)
@_shared
@_plain_errors
def report(out: Path, notebooks: Path, **options: Any) -> None:
    """Run every notebook and write the report: executed notebooks, a page each, and a front page.

    \b
    Examples:
      researchlib report
      researchlib report --out build/report --workers 4 --force
    """  # noqa: D301 - click reads the backspace
    from researchlib.report import report as reports

    built = reports.build(notebooks, out, progress=_progress("notebook"), **options)
    for warning in built.warnings:
        click.echo(f"page: {warning}", err=True)
    for note in sorted({note for page in built.pages for note in (page.note, page.outcome.note) if note}):
        click.echo(f"note: {note}", err=True)
    for page in built.failed:
        click.echo(f"{page.outcome.status}: {page.name}: {page.outcome.error}", err=True)
    times = f"run in {built.run_seconds:.1f} s, pages in {built.page_seconds:.1f} s"
    click.echo(f"{out / 'index.html'}: {len(built.pages)} notebooks, {len(built.failed)} failed; {times}")
    if built.failed:
        sys.exit(1)
