"""Pages that open from disk as one file, with style, script, data and libraries inside; the report is one of them.

A content security policy in the file allows its one style and its own scripts by their hashes, and nothing more.

Any page of the product is made here. A light one, with tables that sort and fold and no charts, is
``page("name.html.j2", LIGHT, title=..., section=...)``: its template imports what it needs of ``parts.html.j2`` and
prints ``security_policy``, ``style`` and ``script`` where report.html.j2 does. ``libraries=True`` adds ECharts and
Tabulator, which the template prints as ``libraries`` in a data block of that id.
"""

import base64
import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from reports.content import Report
from reports.deals import HeldDeals, newest
from reports.pool import Pool
from reports.variants import Variants

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
LIBRARIES = Path(__file__).parent / "bundle" / "dist"
NO_WAY_OUT = "base-uri 'none'; form-action 'none'"
MOST_DEAL_BYTES = 1_000_000
"""Of the deals behind the figures, so that the page with everything else stays under 3 MB and can be sent by e-mail."""
LIGHT = ("tables", "theme", "light")
FULL = ("libraries", "charts", "tables", "theme", "content", "choice", "definitions", "deals", "start")


def to_html(report: Report, variants: Variants) -> str:
    """``report`` as a self-contained page that can show ``variants`` too.

    All text is escaped; only the page's own files and data are not.
    """
    return page(
        "report.html.j2",
        FULL,
        libraries=True,
        report=report,
        variants=variants,
        content=_content(variants),
        deals=deals_block(variants.deals),
    )


def page(
    template: str,
    scripts: Sequence[str],
    *,
    styles: Sequence[str] = ("report.css",),
    libraries: bool = False,
    **values: object,
) -> str:
    """``template`` filled with ``values``; ``styles`` are files beside it, ``scripts`` in ``templates/script``."""
    from markupsafe import Markup

    style = (_text(LIBRARIES / "libraries.css") if libraries else "") + "".join(_text(TEMPLATES / s) for s in styles)
    script = '"use strict";\n' + "\n".join(_text(TEMPLATES / "script" / f"{name}.js") for name in scripts)
    allowed = [script, *([_text(LIBRARIES / "libraries.js")] if libraries else [])]
    hashes = " ".join(f"'{_hash(text)}'" for text in allowed)
    return (
        environment()
        .get_template(template)
        .render(
            style=Markup(style),  # noqa: S704  our own file
            script=Markup(script),  # noqa: S704  our own files
            libraries=_packed_libraries() if libraries else "",
            security_policy=f"default-src 'none'; style-src '{_hash(style)}'; script-src {hashes}; " + NO_WAY_OUT,
            **values,
        )
    )


def deals_block(held: HeldDeals, most_bytes: int = MOST_DEAL_BYTES) -> str:
    """As many of the newest deals as there is room for, as a data block."""
    most = len(held.deals)
    block = packed(newest(held, most))
    while len(block) > most_bytes and most:
        most = int(most * min(0.95, most_bytes / len(block)))
        block = packed(newest(held, most))
    return block


def packed(content: object) -> str:
    """``content`` as JSON, compressed, in characters that need no escape: a data block of the page."""
    return _packed(json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def _packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


@cache
def _packed_libraries() -> str:
    return _packed(_text(LIBRARIES / "libraries.js"))


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _content(variants: Variants) -> str:
    """Every section in every period and model as a data block; ``contents`` holds pairs of keys and a node's number."""
    pool = Pool()
    sections = [
        {
            "id": variant.id,
            "byPeriod": variant.by_period,
            "byModel": variant.by_model,
            "contents": {"/".join(key): pool.add(section) for key, section in variant.contents.items()},
        }
        for variant in variants.sections
    ]
    periods, models = ([asdict(choice) for choice in choices] for choices in (variants.periods, variants.models))
    return packed(
        {
            "periods": periods,
            "models": models,
            "first": variants.first,
            "currency": variants.currency,
            "sections": sections,
            "classes": list(pool.classes.values()),
            "figures": pool.figures,
            "nodes": pool.nodes,
        }
    )


@cache
def environment() -> "Environment":
    """The templates, with every value escaped and an unknown name an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
