"""A Sphinx extension: formulas as MathML, which browsers draw by themselves, so that no script is fetched."""

from __future__ import annotations

import html
import re
from typing import Any

from docutils import nodes  # type: ignore[import-untyped]
from docutils.utils.math import MathError, latex2mathml  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.util import logging

__all__ = ["formula", "setup"]

#: Sizes of brackets, which MathML stretches by itself.
_SIZE = re.compile(r"\\(?:big|Big|bigg|Bigg)[lrm]?(?![a-zA-Z])")
_log = logging.getLogger(__name__)


def formula(text: str, block: bool) -> str:
    r"""Return LaTeX mathematics as MathML; what is beyond docutils' converter is shown as written, with a warning.

    Parameters
    ----------
    text
        The formula without its dollar signs.
    block
        Set it on a line of its own.

    Examples
    --------
    >>> "<mfrac>" in formula(r"\Big(\frac{1}{2}\Big)", block=True)
    True
    """
    try:
        return str(latex2mathml.tex2mathml(_SIZE.sub("", text), as_block=block))
    except MathError as error:
        _log.warning("formula not converted (%s): %s", error, " ".join(text.split()))
        return f"<code>{html.escape(text)}</code>"


def _inline(writer: Any, node: nodes.Element) -> None:
    writer.body.append(formula(node.astext(), False))
    raise nodes.SkipNode


def _block(writer: Any, node: nodes.Element) -> None:
    writer.body.append(f'<div class="math">{formula(node.astext(), True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the renderer ``mathml``."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
