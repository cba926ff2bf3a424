"""What tests of the pages of alerts share: rows made in somebody's name, pages as text, forms as browsers send them."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpResponse
from django.test import Client

from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere

HERE = "/organizations/acme/alerts/"
HTMX = {"HX-Request": "true"}


@contextmanager
def setting_up() -> Iterator[None]:
    with everywhere(), acting("test", "setting up"):
        yield


def page(client: Client, path: str, status: int = 200, **query: str) -> str:
    """The text of the page, without its marks and with plain blanks."""
    return plain(client.get(path, query), status)


def plain(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    text = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return " ".join(html.unescape(text).split())


def sent(client: Client, path: str, fields: dict[str, Any], **more: Any) -> HttpResponse:
    answer: Any = client.post(path, fields, **more)
    return answer  # type: ignore[no-any-return]


def values_of(client: Client, path: str) -> dict[str, Any]:
    """What a browser would send of the last form of the page, by field, as it stands."""
    body = client.get(path).content.decode()
    form = next(one for one in re.findall(r"<form.*?</form>", body, re.DOTALL) if 'name="name"' in one)
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") in ("checkbox", "radio") and not re.search(r"\bchecked\b", tag):
            continue
        if given.get("name", "csrfmiddlewaretoken") != "csrfmiddlewaretoken":
            found.setdefault(given["name"], []).append(html.unescape(given.get("value", "")))
    for name, options in re.findall(r'<select[^>]*name="([\w-]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        found.setdefault(name, []).append(html.unescape(chosen[1]) if chosen else "")
    for name, text in re.findall(r'<textarea[^>]*name="([\w-]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        found[name] = [html.unescape(text)]
    return found
