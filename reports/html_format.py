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
from typing import TYPE_CHECKING, Any

from reports.content import Chart, Report

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"
LIBRARIES = Path(__file__).parent / "bundle" / "dist"
NO_WAY_OUT = "base-uri 'none'; form-action 'none'"
LIGHT = ("tables", "theme", "light")
FULL = ("libraries", "charts", "tables", "theme", "start")


def to_html(report: Report) -> str:
    """``report`` as a self-contained page. All text is escaped; only the page's own files and data are not."""
    return page("report.html.j2", FULL, libraries=True, report=report, content=packed({"charts": _charts(report)}))


def page(template: str, scripts: Sequence[str], *, libraries: bool = False, **values: object) -> str:
    """``template`` filled with ``values`` and with the files in ``templates/script`` named by ``scripts``."""
    from markupsafe import Markup

    style = (_text(LIBRARIES / "libraries.css") if libraries else "") + _text(TEMPLATES / "report.css")
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


def _charts(report: Report) -> dict[str, dict[str, Any]]:
    """Every chart by the id of its place, as the templates number them."""
    return {
        chart_id(section.id, number): _described(chart)
        for section in report.sections
        for number, chart in enumerate(section.charts, 1)
    }


def chart_id(section_id: str, number: int) -> str:
    """The id of the place of a section's chart, counted from 1."""
    return f"{section_id}-chart-{number}"


def _described(chart: Chart) -> dict[str, Any]:
    """What the script needs to draw ``chart``; its words stand on the page already."""
    return {key: value for key, value in asdict(chart).items() if key not in {"title", "description", "table_id"}}


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
