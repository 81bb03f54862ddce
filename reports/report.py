"""The report of one period under one model: gathers its sections from the marts and writes every format of it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reports import figures, words
from reports.content import Report, Scope
from reports.definitions import definitions, with_definitions
from reports.files import forget_others, write_in_place
from reports.marts import Marts
from reports.period import Period, all_periods, choose

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class RenderedReport:
    """Where the report lies, and what it is about (``period`` is None where no deal has closed yet)."""

    html: Path
    markdown: Path
    workbook: Path
    partner_index: Path
    period: str | None
    model: str

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files to open; the index leads to the partners' pages beside it."""
        return (self.html, self.markdown, self.workbook, self.partner_index)


def render(
    con: "duckdb.DuckDBPyConnection", out_dir: Path, period: str | None = None, model: str | None = None
) -> RenderedReport:
    """Write ``report.html``, ``report.md``, ``report.xlsx`` and ``partners/`` to ``out_dir`` from ``marts.marts``.

    Pages of partners that are no more are removed from ``partners/``, and no other file is. A read-only connection is
    enough.

    ``period`` is a label of the marts such as 2026-10, 2026-Q3, 2026 or FY2026; without one the last quarter that has
    ended and has closed deals. ``model`` is the primary one unless given.

    Raises:
        BadInput: the period or model is not in the marts, nothing is published, or the folder can't be written to.
    """
    from reports.html_format import to_html
    from reports.markdown_format import to_markdown
    from reports.partner_pages import FOLDER, INDEX, MARK, addresses, partner_pages
    from reports.variants import variants_of
    from reports.workbook import to_workbook

    marts = Marts(con)
    scope = replace(scope_of(marts, period, model), pages=addresses(marts))
    content = gather(scope)
    folder = Path(out_dir)
    files = (folder / name for name in ("report.html", "report.md", "report.xlsx", f"{FOLDER}/{INDEX}"))
    rendered = RenderedReport(*files, scope.period.label if scope.period else None, scope.model_name)
    pages: dict[Path, str | bytes] = {
        folder / FOLDER / name: text for name, text in partner_pages(scope, content.stamps).items()
    }
    texts = {rendered.html: to_html(content, variants_of(scope, content)), rendered.markdown: to_markdown(content)}
    write_in_place(pages | texts | {rendered.workbook: to_workbook(content, scope)})
    forget_others(pages, MARK)
    return rendered


def scope_of(marts: Marts, period: str | None, model: str | None) -> Scope:
    """What the reader asked for, matched with what the marts hold.

    Raises:
        BadInput: the marts don't hold it.
    """
    return Scope(marts, choose(all_periods(marts), period), marts.model(model))


def gather(scope: Scope) -> Report:
    """The content of the report, the same for every format."""
    from reports.sections import SECTIONS

    context = scope.context
    sections = [part.render(scope) for part in SECTIONS]
    table = definitions(sections)
    return Report(
        title=title_of(scope.period),
        subtitle=subtitle_of(scope.period),
        stamps=[
            ("Model", words.name_of(scope.model_name)),
            ("As of", figures.instant_text(context.as_of)),
            ("Policy", context.policy_hash),
            ("Run", context.run_id),
            ("Source", context.source_system),
        ],
        sections=[with_definitions(section, table) for section in sections],
    )


def title_of(period: Period | None) -> str:
    """The report's title in ``period``, None where no deal has closed yet."""
    return f"Partner influenced revenue, {period.label if period else 'no period'}"


def subtitle_of(period: Period | None) -> str:
    """The days that the report is about."""
    if period is None:
        return "no deal has closed yet"
    return period.days if period.is_complete else f"{period.days}, not yet ended"
