"""A Sphinx extension: formulas as MathML, which browsers draw by themselves, so that no script is fetched."""

from __future__ import annotations

from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from docutils.utils.math import latex2mathml  # type: ignore[import-untyped]
from sphinx.application import Sphinx

__all__ = ["setup"]


def _formula(text: str, block: bool) -> str:
    return str(latex2mathml.tex2mathml(text, as_block=block))


def _inline(writer: Any, node: nodes.Element) -> None:
    writer.body.append(_formula(node.astext(), False))
    raise nodes.SkipNode


def _block(writer: Any, node: nodes.Element) -> None:
    writer.body.append(f'<div class="math">{_formula(node.astext(), True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer ``mathml``."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
