"""A page for each partner with that partner's data alone, for a call or a quarterly business review, and their index.

Nothing on a page names another partner or gives its figures: see ``others`` for the texts that people wrote.
"""

from reports.partner_pages.pages import FOLDER, INDEX, MARK, addresses, partner_pages

__all__ = ["FOLDER", "INDEX", "MARK", "addresses", "partner_pages"]
