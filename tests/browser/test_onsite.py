"""Onsite in a real browser: an alert covers the screen, is heard, acknowledged, and missed by nobody."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.looking import NARROW, axe, sideways
from tests.browser.screens import WAIT, Windows, sounding_chromium, until
from tests.dispatcher.screens.stage import ANNEX, CALL, FRENCH, LOBBY
from tests.dispatcher.screens.stage_thread import StageThread

from callpoint.dispatcher.screens.moments import moment_of
from callpoint.routing.alert_call import AlertCall
from callpoint.snapshot import fact_kinds
from callpoint.snapshot.facts import facts_after

pytestmark = [pytest.mark.peers, pytest.mark.timeout(240)]
HOSTILE = "<img src=x onerror=\"document.title='gone'\"><script>alert(1)</script>"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8ffff3f0005fe02fe"
    "a735810f0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def browser(peer: Callable[[str], str]) -> Iterator[Browser]:
    yield from sounding_chromium(peer("chromium"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StageThread]:
    server = StageThread(tmp_path)
    server.start()
    (tmp_path / "floor-plans" / "plan.png").write_bytes(PICTURE)
    yield server
    server.stop()


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    windows = Windows(browser)
    yield windows
    windows.close()
    assert windows.complaints == []


def now_call(**more: Any) -> AlertCall:
    return replace(CALL, at=moment_of(time.time()), **more)


def enrolled(windows: Windows, server: StageThread, token: str = LOBBY, language: str = "en-US") -> Page:
    """A screen that came by its installation link."""
    page = windows.open(language)
    page.goto(f"{server.url}/onsite/#token={token}")
    live(page)
    return page


def live(page: Page) -> None:
    expect(page.locator("#line")).to_have_attribute("data-line", "live", timeout=WAIT)


def start_sound(page: Page) -> None:
    """What a person does in front of a new screen."""
    page.click("#start-button")
    until(page, lambda: page.evaluate("document.getElementById('level').value") > 0.1)
    page.click("#heard")


def written(server: StageThread, kind: str) -> list[dict[str, Any]]:
    assert server.stage.journal.flush(10)
    return [fact.data for fact in facts_after(server.stage.folder / "journal.db", 0) if fact.kind == kind]


def test_the_link_of_an_installation_registers_the_screen_and_leaves_no_token_behind(
    windows: Windows, server: StageThread
) -> None:
    page = enrolled(windows, server)
    assert page.url == f"{server.url}/onsite/"
    expect(page.locator("#screen-name")).to_have_text("Lobby")
    expect(page.locator("#place")).to_have_text("Acme Incorporated")
    page.reload()
    live(page)
    assert page.evaluate("document.cookie") == ""


def test_another_screens_link_asks_before_it_takes_this_one_off_its_building(
    windows: Windows, server: StageThread
) -> None:
    page = enrolled(windows, server)
    page.goto("about:blank")
    page.goto(f"{server.url}/onsite/#token={ANNEX}")
    live(page)
    expect(page.locator("#screen-name")).to_have_text("Lobby")
    expect(page.locator("#enrol-trouble")).to_contain_text("is a screen already")
    page.click("#enrol-form button")
    expect(page.locator("#screen-name")).to_have_text("Annex")
    expect(page.locator("#enrol")).to_be_hidden()


def test_a_token_typed_wrong_is_told_and_typed_right_lets_in(windows: Windows, server: StageThread) -> None:
    page = windows.open()
    page.goto(f"{server.url}/onsite/")
    page.fill("#token", "wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#enrol-trouble")).to_contain_text("not known here")
    page.fill("#token", LOBBY)
    page.keyboard.press("Enter")
    live(page)
    expect(page.locator("#enrol")).to_be_hidden()


def test_the_sound_is_checked_by_somebody_who_hears_it_and_the_portal_is_told(
    windows: Windows, server: StageThread
) -> None:
    page = enrolled(windows, server)
    expect(page.locator("#sound")).to_have_text("Off: start this screen")
    start_sound(page)
    expect(page.locator("#start")).to_be_hidden()
    expect(page.locator("#sound")).to_contain_text("On, checked at")
    until(page, lambda: "volume_checked" in [one["state"] for one in written(server, "screen")])
    assert written(server, "screen")[0]["program"].startswith("browser Chrome")


def test_an_alert_covers_the_screen_with_all_that_helps(windows: Windows, server: StageThread) -> None:
    page = enrolled(windows, server)
    start_sound(page)
    server.stage.raise_alert("c1", now_call())
    card = page.locator(".card")
    expect(card).to_be_visible()
    expect(page.locator("#calm")).to_be_hidden()
    for text in (
        "Ada Lovelace (E1001)",
        "802-555-0143",
        "State House",
        "201",
        "115 State Street, Montpelier, VT 05633",
    ):
        expect(card).to_contain_text(text)
    for text in ("Main entrance, lift on the left", "Vermont 911", "44.26240, -72.58050"):
        expect(card).to_contain_text(text)
    expect(card.locator("img")).to_have_attribute("alt", "Floor plan of State House")
    until(page, lambda: page.evaluate("document.querySelector('.card img').naturalWidth") == 1)
    width = page.evaluate("document.querySelector('.card').getBoundingClientRect().width / innerWidth")
    height = page.evaluate("document.querySelector('.card').getBoundingClientRect().height / innerHeight")
    assert width > 0.95
    assert height > 0.8
    assert page.evaluate("document.body.classList.contains('alarm')")
    assert page.evaluate("document.getElementById('announce').textContent").startswith("911 call: Ada Lovelace")
    until(page, lambda: page.title().startswith("911 call"))
    expect(card.get_by_role("button", name="Acknowledge")).to_be_focused()


def test_it_is_heard_tone_and_words_until_somebody_acknowledges(windows: Windows, server: StageThread) -> None:
    page = enrolled(windows, server)
    start_sound(page)
    server.stage.raise_alert("c1", now_call())
    expect(page.locator("body")).to_have_attribute("data-sound", "tone")
    expect(page.locator("body")).to_have_attribute("data-sound", "speech", timeout=WAIT)
    expect(page.locator("body")).to_have_attribute("data-sound", "tone", timeout=WAIT)
    assert any("Lovelace" in text for text in server.stage.speaker.said)
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_have_attribute("data-sound", "ready")
    expect(page.locator(".card")).to_have_attribute("data-acknowledged", "true")


def test_everybody_sees_who_sees_to_it_and_what_is_said(windows: Windows, server: StageThread) -> None:
    lobby, french = enrolled(windows, server), enrolled(windows, server, FRENCH)
    annex = enrolled(windows, server, ANNEX)
    lobby.fill("#me", "Kim")
    server.stage.raise_alert("c1", now_call())
    expect(french.locator(".card")).to_contain_text("Par personne encore")
    lobby.get_by_role("button", name="Acknowledge").click()
    for page in (lobby, french):
        expect(page.locator(".card .people")).to_contain_text("Kim (Lobby)")
    french.locator(".talk input").fill(HOSTILE)
    french.keyboard.press("Enter")
    for page in (lobby, french):
        expect(page.locator(".log li")).to_contain_text(HOSTILE)
        assert page.title() != "gone"
    expect(annex.locator("#calm")).to_be_visible()
    expect(annex.locator(".card")).to_have_count(0)


def test_the_call_goes_on_in_front_of_them(windows: Windows, server: StageThread) -> None:
    page = enrolled(windows, server)
    server.stage.raise_alert("c1", now_call())
    expect(page.locator(".state")).to_have_text("Being put through")
    for state, words in (("dialling", "Dialling"), ("answered", "Answered"), ("ended", "Call ended")):
        server.stage.note(fact_kinds.ALERT_UPDATED, alert="c1", state=state)
        expect(page.locator(".state")).to_have_text(words)
    server.stage.note(fact_kinds.NOTICE, alert="c1", key="k", recipient="Night guard", channel="voice", state="failed")
    expect(page.locator(".people")).to_contain_text("Night guard, phone: failed")
    server.stage.note(fact_kinds.ESCALATED, alert="c1", group="Night shift")
    expect(page.locator(".people")).to_contain_text("Night shift")
    stood = page.locator(".timer").text_content()
    page.wait_for_timeout(1500)
    assert page.locator(".timer").text_content() == stood  # it has ended
    expect(page.locator("body")).to_have_class(re.compile("alarm"))  # and nobody has seen to it


def test_several_calls_and_a_test_are_told_apart(windows: Windows, server: StageThread) -> None:
    page = enrolled(windows, server)
    start_sound(page)
    test = {"type": "test_call", "test": True, "subscriptions": ["Tests"]}
    server.stage.raise_alert("t1", now_call(call_id="t1", service="read_back"), **test)
    card = page.locator(".card.test")
    expect(card).to_contain_text("TEST")
    expect(card).to_contain_text("Nobody is in danger.")
    expect(page.locator("body")).to_have_attribute("data-sound", "ready")  # quiet ones are silent
    assert not page.evaluate("document.body.classList.contains('alarm')")
    server.stage.raise_alert("c1", now_call(person=HOSTILE))
    server.stage.raise_alert("c2", now_call(call_id="c2", person="Charles Babbage"))
    expect(page.locator(".card")).to_have_count(3)
    order = page.locator(".card").evaluate_all("cards => cards.map(card => card.dataset.alert)")
    assert order == ["c2", "c1", "t1"]
    expect(page.locator("[data-alert=c1] .who")).to_have_text(f"{HOSTILE} (E1001)")
    page.locator("[data-alert=c2] .acknowledge").click()
    expect(page.locator("[data-alert=c2]")).to_have_attribute("data-acknowledged", "true")
    expect(page.locator("[data-alert=c1]")).to_have_attribute("data-acknowledged", "false")


def test_a_lost_server_is_shown_in_red_and_nothing_is_missed(windows: Windows, server: StageThread) -> None:
    page = enrolled(windows, server)
    server.stage.raise_alert("c1", now_call())
    expect(page.locator(".card")).to_be_visible()
    server.stop()
    expect(page.locator("#line")).to_have_attribute("data-line", "lost", timeout=WAIT)
    expect(page.locator("#lost")).to_contain_text("No connection to the server since")
    red = page.evaluate("getComputedStyle(document.getElementById('lost')).backgroundColor")
    assert red == "rgb(179, 22, 15)"
    page.locator(".acknowledge").click()
    expect(page.locator(".card .trouble").first).to_contain_text("tried again")
    server.start()
    live(page)
    server.stage.raise_alert("c2", now_call(call_id="c2"))
    expect(page.locator("[data-alert=c2]")).to_be_visible(timeout=WAIT)
    expect(page.locator("#lost")).to_be_hidden()
    expect(page.locator("[data-alert=c1]")).to_have_attribute("data-acknowledged", "true", timeout=WAIT)
    assert [one["alert"] for one in written(server, "acknowledged")] == ["c1"]


def test_a_screen_that_was_removed_says_so_and_shows_no_more(windows: Windows, server: StageThread) -> None:
    page = enrolled(windows, server)
    server.stage.raise_alert("c1", now_call())
    expect(page.locator(".card")).to_contain_text("Ada Lovelace", timeout=WAIT)
    server.within(lambda: server.stage.plans.revoke("acme", "11"))
    expect(page.locator("#lost")).to_contain_text("removed in the portal", timeout=WAIT)
    expect(page.locator("#enrol")).to_be_visible()
    expect(page.locator(".card")).to_have_count(0)
    expect(page.locator("body")).not_to_have_class(re.compile("alarm"))
    page.reload()
    expect(page.locator("#line")).to_have_attribute("data-line", "refused", timeout=WAIT)


def test_a_screen_opened_late_is_alarmed_by_what_is_open(windows: Windows, server: StageThread) -> None:
    server.stage.raise_alert("c1", now_call())
    page = enrolled(windows, server)
    expect(page.locator(".card")).to_be_visible()
    expect(page.locator("#muted")).to_be_visible()  # nobody has pressed a button yet
    page.click("#unmute")
    expect(page.locator("body")).to_have_attribute("data-sound", re.compile("tone|speech"))
    expect(page.locator("#muted")).to_be_hidden()


def test_what_is_over_makes_room(windows: Windows, server: StageThread) -> None:
    page = enrolled(windows, server)
    server.stage.raise_alert("c1", now_call())
    page.locator(".acknowledge").click()
    server.stage.note(fact_kinds.ALERT_UPDATED, alert="c1", state="ended")
    server.stage.note(fact_kinds.ALERT_UPDATED, alert="c1", state="closed")
    page.get_by_role("button", name="Remove from this screen").click()
    expect(page.locator("#calm")).to_be_visible()
    expect(page.locator("#earlier li")).to_have_count(1)
    expect(page.locator("#earlier")).to_contain_text("Ada Lovelace")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everybody_can_use_it_in_both_languages_wide_and_narrow(
    windows: Windows, server: StageThread, language: str
) -> None:
    page = windows.open()
    page.goto(f"{server.url}/onsite/")
    expect(page.locator("#enrol")).to_be_visible()
    page.click(f"[data-language={language}]")
    wrong = [f"enrol: {one}" for one in looked_at(page)]
    page.fill("#token", LOBBY)
    page.keyboard.press("Enter")
    live(page)
    page.click("#start-button")
    expect(page.locator("#check")).to_be_visible()
    wrong += [f"calm: {one}" for one in looked_at(page)]
    server.stage.raise_alert("c1", now_call())
    server.stage.raise_alert("c2", now_call(call_id="c2", service="test"), type="test_call", test=True, quiet=False)
    expect(page.locator(".card")).to_have_count(2)
    server.stage.note(fact_kinds.CHAT, alert="c1", by="Kim", text="hello")
    server.stage.note(fact_kinds.NOTICE, alert="c1", key="k", recipient="Desk", channel="sms", state="failed")
    expect(page.locator("[data-state=failed]")).to_be_visible()
    page.locator("[data-alert=c1] .acknowledge").click()
    expect(page.locator("[data-alert=c1]")).to_have_attribute("data-acknowledged", "true")
    wrong += [f"alert: {one}" for one in looked_at(page)]
    html = page.locator("html").get_attribute("lang")
    assert html == ("fr-CA" if language == "fr" else "en")
    expect(page.locator("[data-alert=c1] h3")).to_contain_text("Appel au 911" if language == "fr" else "911 call")
    server.stop()
    expect(page.locator("#lost")).to_be_visible(timeout=WAIT)
    wrong += [f"lost: {one}" for one in looked_at(page)]
    assert not wrong, "\n".join(wrong)


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page as it stands, on a wall, on a desk and on a telephone."""
    wrong = []
    for width, height in ((3840, 2160), (1280, 800), (NARROW, 700)):
        page.set_viewport_size({"width": width, "height": height})
        if (pixels := sideways(page)) > 0:
            wrong.append(f"{pixels} pixels wider than a window of {width}")
    wrong += axe(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    return wrong + axe(page)
