"""The menu of an organization's pages: what is there, for whom."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callpoint.directory.access import Access, Right


@dataclass(frozen=True)
class Item:
    """An entry as it is declared: the URL's name and the right it needs."""

    title: Promise
    name: str
    right: Right


@dataclass(frozen=True)
class Entry:
    """An entry as it is drawn; `here` for the page one is on or below."""

    title: Promise
    url: str
    here: bool


MENU: Final = (
    Item(_("Home"), "organization", Right.CALLS),
    Item(_("People"), "people", Right.READ),
    Item(_("Locations"), "locations", Right.READ),
    Item(_("Importing"), "imports", Right.READ),
    Item(_("Trunks"), "trunks", Right.READ),
    Item(_("Calls"), "calls", Right.CALLS),
    Item(_("Alerts"), "alerts", Right.CALLS),
    Item(_("Live"), "live", Right.CALLS),
    Item(_("Screens"), "screens", Right.CALLS),
    Item(_("Monitoring"), "monitoring", Right.READ),
    Item(_("Audit"), "audit", Right.READ),
    Item(_("Settings"), "settings", Right.READ),
    Item(_("Administrators"), "administrators", Right.READ),
    Item(_("API tokens"), "tokens", Right.APPOINT),
)


def entries(access: Access, path: str) -> list[Entry]:
    """The entries this account may open; the longest that begins the path is where one is."""
    slug = access.organization.slug
    urls = [(item, reverse(item.name, args=[slug])) for item in MENU if item.right in access.rights]
    here = max((url for _item, url in urls if path.startswith(url)), key=len, default="")
    return [Entry(item.title, url, url == here) for item, url in urls]
