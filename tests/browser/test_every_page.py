"""Every page of the tables, in both languages, wide and narrow: axe is content, nothing sticks out, no script fails."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext
from pytest_django.live_server_helper import LiveServer
from tests.browser.looking import NARROW, axe, sideways
from tests.directory import cast
from tests.directory.cast import Cast
from tests.web.pages import CAST, Page, gathered

from callpoint.directory.tenancy import everywhere

pytestmark = [pytest.mark.peers, pytest.mark.django_db(transaction=True)]
LANGUAGES = [code for code, _ in settings.LANGUAGES]
# Who looks: the one who sees the most of an organization, who sees the rest, and who sees the start.
WHO = ("organization_administrator", "provider_administrator", "nobody")
STOPS_WITHIN = 4  # a date has day, month, year and its calendar


@pytest.fixture
def people() -> Cast:
    with everywhere():
        return cast.build()


def shown_to(who: str) -> dict[str, Page]:
    """The whole pages somebody may open; of those everybody sees, each only once."""
    first = next(index for index, name in enumerate(CAST) if name == who)
    earlier = [CAST.index(name) for name in WHO[: WHO.index(who)]]
    return {
        name: page
        for name, page in gathered().items()
        if page.statuses[first] == 200
        and not page.snippet
        and (who == "nobody" or not any(page.statuses[index] == 200 for index in earlier))
    }


def signed_in(chromium: Browser, server: LiveServer, people: Cast, who: str, language: str) -> BrowserContext:
    """A window of somebody who signed in and chose a language."""
    context = chromium.new_context(locale=language)
    cookies = [{"name": "callpoint_language", "value": language, "url": server.url}]
    if who != "nobody":
        client = Client()
        client.force_login(getattr(people, who))
        session = client.session
        session["language"] = language
        session.save()
        cookies.append({"name": "sessionid", "value": client.cookies["sessionid"].value, "url": server.url})
    context.add_cookies(cookies)  # type: ignore[arg-type]
    return context


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", WHO)
def test_everybody_can_use_every_page(
    who: str, language: str, chromium: Browser, live_server: LiveServer, people: Cast, published: object
) -> None:
    wrong: list[str] = []
    with signed_in(chromium, live_server, people, who, language) as context:
        page = context.new_page()
        page.on("console", lambda message: message.type == "error" and wrong.append(f"{page.url}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        for name, one in shown_to(who).items():
            page.set_viewport_size({"width": 1280, "height": 900})
            answer = page.goto(live_server.url + one.at(people), wait_until="load")
            if answer is None or answer.status != 200 or page.get_attribute("html", "lang") != language:
                wrong.append(f"{name}: {answer and answer.status}, language {page.get_attribute('html', 'lang')}")
            wrong += [f"{name}: {found}" for found in axe(page)]
            page.set_viewport_size({"width": NARROW, "height": 800})
            if (pixels := sideways(page)) > 0:
                wrong.append(f"{name}: {pixels} pixels wider than a window of {NARROW}")
            wrong += [f"{name}, narrow: {found}" for found in axe(page)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", WHO[:2])
def test_every_page_can_be_walked_through_by_keyboard(
    who: str, chromium: Browser, live_server: LiveServer, people: Cast, published: object
) -> None:
    """Tab reaches every link, button and field in turn and comes round again: no page keeps the keyboard."""
    stuck: list[str] = []
    with signed_in(chromium, live_server, people, who, "en") as context:
        page = context.new_page()
        for name, one in shown_to(who).items():
            page.goto(live_server.url + one.at(people), wait_until="load")
            seen: list[str] = []
            for _ in range(400):
                page.keyboard.press("Tab")
                where = page.evaluate(
                    "() => { const e = document.activeElement; return e === document.body ? '' :"
                    " String([...document.querySelectorAll('*')].indexOf(e)) + ' ' + e.outerHTML.slice(0, 120); }"
                )
                if not where or (where in seen[:1] and len(set(seen)) > 1):
                    break
                seen.append(where)
                if len(seen) > STOPS_WITHIN and len(set(seen[-STOPS_WITHIN - 1 :])) == 1:
                    stuck.append(f"{name}: {where}")
                    break
            else:
                stuck.append(f"{name}: does not come round")
            if not seen:
                stuck.append(f"{name}: nothing can be reached")
    assert not stuck, "\n".join(stuck)
