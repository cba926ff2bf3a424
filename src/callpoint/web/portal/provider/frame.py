"""What the provider's pages have around them: their own menu."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from callpoint.web.portal.menu import Entry

MENU: Final[tuple[tuple[Promise, str], ...]] = (
    (_("Overview"), "provider"),
    (_("Organizations"), "organizations"),
    (_("Provider administrators"), "provider-administrators"),
    (_("Relay center"), "relay-center"),
    (_("PSAPs"), "psaps"),
    (_("Fixed routes"), "routes"),
    (_("Provider-wide trunks"), "provider-trunks"),
    (_("Alert templates"), "provider-templates"),
    (_("Strangers"), "strangers"),
    (_("Data sets"), "data-sets"),
    (_("History"), "provider-audit"),
    (_("API tokens"), "provider-tokens"),
    (_("Provider settings"), "provider-settings"),
)


def page(request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
    """A page of the provider: `shown` within the frame."""
    return render(request, template, framed(request.path) | shown)


def framed(path: str) -> dict[str, Any]:
    """The menu, for whatever page lies at the path."""
    return {"menu": _entries(path), "menu_title": _("Provider")}


def _entries(path: str) -> list[Entry]:
    urls = [(title, url) for title, name in MENU if (url := _url(name))]
    here = max((url for _title, url in urls if path.startswith(url)), key=len, default="")
    return [Entry(title, url, url == here) for title, url in urls]


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
