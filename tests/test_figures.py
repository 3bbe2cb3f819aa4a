"""Figures carry title, units, source and a text alternative; recurring figures draw what they are given."""

from __future__ import annotations

import base64
import html
import io

import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.text import Annotation
from PIL import Image

from researchlib import data, figures
from researchlib.figures import style, tables


@pytest.fixture
def ax():
    figures.use_style()
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


SERIES = pd.DataFrame({"date": pd.to_datetime(["2024-01-01", "2024-01-08", "2024-06-01"]), "value": [1.0, 2.0, 3.0]})


def test_show_puts_png_and_alt_text_and_closes(ax, monkeypatch):
    shown = []
    monkeypatch.setattr(style, "display", lambda data, **options: shown.append((data, options)))
    figure = ax.get_figure()
    figures.show(figure, alt="A line that rises from left to right.")
    (data, options), *rest = shown
    assert not rest
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == "A line that rises from left to right."
    assert options["metadata"]["image/png"]["width"] == 640  # 8 inches at 160 dpi, shown at half the pixels
    assert not plt.fignum_exists(figure.number)


def test_a_picture_is_small_and_keeps_ground_and_colours(ax):
    ax.plot([0, 1], color=figures.COLOURS["bittensor"], linewidth=20)
    ax.set_title("A sphinx of black quartz judges my vow")
    data, _ = style.picture(ax.get_figure(), alt="A line that rises from left to right.")
    image = Image.open(io.BytesIO(base64.b64decode(data["image/png"])))
    assert (image.mode, image.size) == ("P", (1280, 720))
    pixels = np.asarray(image.convert("RGB")).astype(int)
    assert (pixels[0, 0] == 255).all()
    wanted = 255 * np.array(to_rgb(figures.COLOURS["bittensor"]))
    assert np.abs(pixels - wanted).max(axis=2).min() <= 16


def test_show_needs_a_sentence(ax):
    with pytest.raises(ValueError, match="sentence"):
        figures.show(ax.get_figure(), alt="plot")


def test_table_has_links_dates_and_rounded_numbers(monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "display", lambda data, **options: shown.append((data, options)))
    frame = pd.DataFrame(
        {
            "url": ["https://example.org/" + "a" * 80],
            "day": pd.to_datetime(["2024-01-02"]),
            "usd": [1234.5678],
            "x": [None],
        }
    )
    figures.table(frame, index=False, decimals=1)
    ((data, options),) = shown
    assert options["raw"]
    for text in ("1,234.6", "2024-01-02", "a" * 80):
        assert text in data["text/plain"]
        assert text in data["text/html"]
    assert '<a href="https://example.org/' in data["text/html"]
    assert "None" not in data["text/plain"]
    dated = figures.table(pd.DataFrame({"v": [1.0]}, index=pd.to_datetime(["2024-01-02"])))
    assert dated is None
    figures.table(pd.DataFrame({"v": [1.0]}, index=pd.MultiIndex.from_tuples([("a", "b")], names=["x", None])))
    assert shown.pop()[0]["text/plain"].split() == ["x", "v", "a", "b", "1"]
    assert "00:00" not in shown[1][0]["text/plain"]


def test_table_writes_numbers_shares_and_truth_as_a_reader_wants_them(monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "display", lambda data, **options: shown.append(data))
    frame = pd.DataFrame({"gpus_total": [104.0, 7.0], "share": [0.256, None], "known": [True, False]}, index=["a", "b"])
    figures.table(frame, caption="GPUs by model", headers={"share": "share rented"}, forms={"share": "{:.0%}"})
    text = shown[0]["text/plain"].split()
    assert text[:8] == ["GPUs", "by", "model", "gpus", "total", "share", "rented", "known"]
    assert text[8:] == ["a", "104", "26%", "yes", "b", "7", "no"]
    assert shown[0]["text/html"].count('class="num"') == 6  # a head and two cells of each of the two columns of numbers
    assert "<caption>GPUs by model</caption>" in shown[0]["text/html"]


def test_sources_are_numbered_links_and_the_banner_names_networks_and_dates(monkeypatch):
    shown = []
    monkeypatch.setattr(tables, "display", lambda data, **options: shown.append(data))
    rows = data.load("token_prices").head(1)
    cited = data.load("sources").set_index("source_id").loc[rows["source_id"].iloc[0]]
    figures.sources(rows)
    assert shown[0]["text/plain"].startswith(f"1 source\n1. {cited['title']}")
    assert f'<a href="{html.escape(cited["url"])}">' in shown[0]["text/html"]
    figures.banner("ionet")
    rows = data.load("observations").query("network == 'ionet' and status == 'measured'")
    assert shown[1]["text/plain"] == f"Newest measured reading: io.net {rows['date'].max():%Y-%m-%d}"


def test_publish_puts_title_finding_and_sources_and_tells_the_finding_to_those_who_cannot_see(ax, monkeypatch):
    shown = []
    monkeypatch.setattr(style, "display", lambda data, **options: shown.append(data))
    ax.plot([1, 2])
    rows = data.load("token_prices").head(1)
    figures.publish(
        ax,
        title="Price, USD",
        finding="It rises.",
        alt="A line of two prices.",
        frames=[rows],
        note="N",
        ylabel="USD",
        zero=True,
    )
    figure = ax.get_figure()
    assert figure.get_suptitle().strip() == "Price, USD"
    assert [artist.get_text() for artist in figure.findobj(Annotation)] == ["It rises."]
    assert figure.get_supxlabel() == f"N\n{data.source_line(rows)}"
    assert (ax.get_ylabel(), ax.get_ylim()[0]) == ("USD", 0)
    assert shown[0]["text/plain"] == "A line of two prices. It rises."
    with pytest.raises(ValueError, match="title"):
        figures.publish(ax, title=" ", alt="A line of two prices.", frames=[rows])


def test_lines_are_named_where_they_end_and_names_that_touch_move_apart(ax):
    frame = pd.DataFrame({"a": [1.0, 2.0, np.nan], "b": [1.0, 2.0, 2.001], "c": [0.0, 0.0, 0.0]})
    figures.lines(ax, frame, names={"a": "Akash"})
    found = {text.get_text(): text for text in ax.texts}
    assert found["Akash"].xy == (1, 2.0)
    assert found["b"].xyann[1] - found["Akash"].xyann[1] > 10
    assert found["c"].xyann[1] == 0


def test_ranges_bars_and_tornado_draw_what_they_are_given(ax):
    table = pd.DataFrame({"value": [0.5, np.nan], "low": [0.4, np.nan], "high": [0.6, np.nan]}, index=["H100", "T4"])
    figures.ranges(ax, table, form="{:.0%}")
    assert [label.get_text() for label in ax.get_yticklabels()] == ["H100", "T4"]
    assert [text.get_text() for text in ax.texts] == ["50%", "not known"]
    _, ax = plt.subplots()
    figures.bars(ax, pd.Series([2.0, np.nan], index=["x", "y"]))
    assert [bar.get_width() for bar in ax.patches] == [2.0, 0.0]
    assert [text.get_text() for text in ax.texts] == ["2.00", "not known"]
    _, ax = plt.subplots()
    figures.stacked(ax, pd.DataFrame({"p": [1.0], "q": [2.0]}, index=["x"]), colours={"p": "red", "q": "blue"})
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(0.0, 1.0), (1.0, 2.0)]
    assert ax.texts[0].get_text() == "3.00"
    _, ax = plt.subplots()
    moved = pd.DataFrame({"low": [1, 2], "high": [3, 4], "at_low": [9.0, 8], "at_high": [11.0, 14]}, index=["a", "b"])
    figures.tornado(ax, moved, 10, names={"a": "years"})
    assert [label.get_text() for label in ax.get_yticklabels()] == ["b", "years"]
    plt.close("all")


def test_events_outside_the_figure_are_left_out(ax):
    events = pd.DataFrame({"date": ["2024-02-01", "2030-01-01"], "event": ["inside", "outside"]})
    ax.plot(SERIES["date"], SERIES["value"])
    figures.mark_events(ax, events)
    assert [text.get_text() for text in ax.texts] == ["inside"]
    with pytest.raises(ValueError, match="at most 1"):
        figures.mark_events(ax, pd.concat([events, events]), most=1)


def test_fan_chart_draws_an_interval_a_pair(ax):
    dates = pd.date_range("2025-01-01", periods=4)
    quantiles = pd.DataFrame({q: np.arange(4) + q for q in (0.05, 0.25, 0.5, 0.75, 0.95)}, index=dates)
    figures.fan_chart(ax, quantiles, colour="black", actual=SERIES)
    assert len(ax.collections) == 2
    assert "90% of paths" in ax.texts[0].get_text()
    with pytest.raises(ValueError, match="symmetric"):
        figures.fan_chart(ax, quantiles[[0.05, 0.5]], colour="black")


def test_a_fan_chart_may_stand_without_an_outcome(ax):
    quantiles = pd.DataFrame({q: [q, 2 * q] for q in (0.1, 0.5, 0.9)}, index=pd.date_range("2025-01-01", periods=2))
    figures.fan_chart(ax, quantiles, colour="black")
    (median,) = ax.lines
    assert median.get_ydata().tolist() == [0.5, 1.0]


def test_axes_are_named_and_count_in_thousands_or_per_cent(ax):
    ax.plot([0, 3_600], [0, 0.25])
    figures.compact_axis(ax.xaxis)
    figures.percent_axis(ax.yaxis, decimals=1)
    figures.dressed(ax, title="t", alt="A line.", frames=[data.load("token_prices")], xlabel="GPUs", ylabel="share")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("GPUs", "share")
    assert ax.xaxis.get_major_formatter()(3_600) == "3.6k"
    assert ax.xaxis.get_major_formatter()(-3_600) == "\N{MINUS SIGN}3.6k"  # as matplotlib writes it
    assert ax.yaxis.get_major_formatter()(0.25) == "25.0%"
    assert ax.yaxis.get_major_formatter()(-0.25) == "\N{MINUS SIGN}25.0%"


def test_discounts_are_sorted(ax):
    table = pd.DataFrame({"discount": [0.5, 0.1], "low": [0.4, 0.0], "high": [0.6, 0.2]}, index=["H100", "A100"])
    figures.discount_by_model(ax, table)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["A100", "H100"]


def test_forecasts_stand_against_the_outcome(ax):
    table = pd.DataFrame(
        {"origin": ["2024-01-01", "2024-02-01"], "forecast": [1.0, 2.0], "low": [0, 1], "high": [2, 3]}
    )
    figures.forecast_against_outcome(ax, table, outcome=1.5, colour="black", outcome_label="what came")
    assert [text.get_text() for text in ax.texts] == ["forecast", "what came"]
    figures.forecast_against_outcome(ax, table, outcome=[1.0, 1.0], colour="black")
    assert ax.texts[-1].get_text() == "outcome"
    assert len(ax.collections) == 2  # an interval each
    figures.forecast_against_outcome(ax, table.drop(columns=["low", "high"]), outcome=1.5, colour="black")
    assert len(ax.collections) == 2


def test_a_date_axis_is_written_concisely(ax):
    ax.plot(SERIES["date"], SERIES["value"])
    figures.dressed(ax, title="t", alt="A line.", frames=[data.load("token_prices")])
    assert isinstance(ax.xaxis.get_major_formatter(), mdates.ConciseDateFormatter)


@pytest.mark.parametrize(("until", "said"), [("2025-08-27", "2025"), ("2026-02-27", "")])
def test_a_date_axis_says_the_year_that_no_tick_says(ax, until, said):
    ax.plot(pd.to_datetime(["2025-06-04", until]), [1, 2])
    figures.dressed(ax, title="t", alt="A line.", frames=[data.load("token_prices")])
    ax.figure.canvas.draw()
    assert ax.xaxis.get_offset_text().get_text() == said


@pytest.mark.parametrize("name", figures.COLOURS)
def test_colours_read_on_white(name):
    """WCAG 2.1, 1.4.3: text needs a contrast of 4.5 to 1."""
    channels = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(figures.COLOURS[name])]
    luminance = np.dot([0.2126, 0.7152, 0.0722], channels)
    assert 1.05 / (luminance + 0.05) >= 4.5
