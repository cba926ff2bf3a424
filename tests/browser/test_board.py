"""The live board in a real browser: everything as it happens, and a place on the call where that is allowed."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.browser.looking import NARROW, axe, sideways
from tests.browser.screens import WAIT, Windows, sounding_chromium, until
from tests.dispatcher.screens.stage import ACME, CALL, PASS_KEY
from tests.dispatcher.screens.stage_thread import StageThread

from callpoint.dispatcher.screens.moments import moment_of
from callpoint.routing import board_pass
from callpoint.routing.alert_call import AlertCall
from callpoint.snapshot import fact_kinds

pytestmark = [pytest.mark.peers, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def browser(peer: Callable[[str], str]) -> Iterator[Browser]:
    yield from sounding_chromium(peer("chromium"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StageThread]:
    server = StageThread(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    windows = Windows(browser)
    yield windows
    windows.close()
    assert windows.complaints == []


def entered(windows: Windows, server: StageThread, account: str = "1", **more: object) -> Page:
    """The board of somebody the portal has let in."""
    page = windows.open(**more)
    text = board_pass.make(PASS_KEY, board_pass.Holder("acme", account), time.time())
    page.goto(f"{server.url}/board/#pass={text}")
    expect(page.locator("#line")).to_have_attribute("data-line", "live", timeout=WAIT)
    return page


def raise_call(server: StageThread, alert: str = "c1", state: str = "answered", **more: object) -> None:
    call = replace(CALL, call_id=alert, at=moment_of(time.time()))
    server.stage.raise_alert(alert, call, **more)
    server.stage.note(fact_kinds.ALERT_UPDATED, call_id=alert, alert=alert, state="dialling", target="Vermont 911")
    server.stage.note(fact_kinds.ALERT_UPDATED, call_id=alert, alert=alert, state=state, by="Vermont 911")


def test_a_pass_of_the_portal_opens_the_board_and_is_gone_from_the_address(
    windows: Windows, server: StageThread
) -> None:
    page = entered(windows, server)
    assert page.url == f"{server.url}/board/?organization=acme"
    expect(page.locator("#place")).to_contain_text("Acme Incorporated · Grace Hopper")
    page.reload()
    expect(page.locator("#line")).to_have_attribute("data-line", "live", timeout=WAIT)
    page.click("#exit")
    expect(page.locator("#outside")).to_be_visible()
    expect(page.locator("#portal")).to_have_attribute("href", "https://portal.example/")
    page.reload()
    expect(page.locator("#outside")).to_be_visible()


def test_calls_alarms_and_the_day_are_shown_as_they_happen(windows: Windows, server: StageThread) -> None:
    page = entered(windows, server)
    expect(page.locator("#now-none")).to_be_visible()
    raise_call(server)
    card = page.locator("#cards .card")
    expect(card).to_contain_text("Dialling to Vermont 911")
    expect(card).to_contain_text("Answered by Vermont 911")
    expect(card).to_contain_text("assigned location")
    server.stage.note(
        fact_kinds.NOTICE,
        alert="c1",
        key="k",
        recipient="Desk",
        channel="email",
        state="failed",
        trouble="mailbox full",
    )
    expect(card).to_contain_text("Desk, e-mail: failed")
    expect(card).to_contain_text("mailbox full")
    down = AlertCall(organization="acme", at=moment_of(time.time()), about="psap.example does not answer")
    server.stage.raise_alert("alarm/7", down, type="trunk_down")
    expect(page.locator("#alarms .card")).to_contain_text("psap.example does not answer")
    card.get_by_role("button", name="Acknowledge").click()
    expect(card.locator(".people")).to_contain_text("Grace Hopper at the board")
    server.stage.note(fact_kinds.ALERT_UPDATED, alert="c1", state="ended", by="caller")
    server.stage.note(fact_kinds.ALERT_UPDATED, alert="c1", state="closed")
    expect(page.locator("#cards .card")).to_have_count(0)
    row = page.locator("#today details")
    expect(row).to_contain_text("Acknowledged: Grace Hopper")
    row.locator("summary").click()
    expect(row.locator(".card")).to_contain_text("Call ended by the caller")


def test_a_guard_listens_and_leaves(windows: Windows, server: StageThread) -> None:
    page = entered(windows, server, permissions=["microphone"])
    asked: list[dict[str, str]] = []

    def answer(route: Route) -> None:
        asked.append(route.request.post_data_json)
        if route.request.url.split("?")[0].endswith("/listen"):
            # A second connection of the same browser stands for the media process.
            sdp = page.evaluate(ANSWER, asked[-1]["offer"])
            route.fulfill(json={"session": "s1", "answer": sdp})
        else:
            route.fulfill(json={})

    page.route(re.compile("/board/api/(listen|leave|phone)"), answer)
    raise_call(server)
    card = page.locator("#cards .card")
    expect(card).to_contain_text("The parties are told that somebody listens.")
    expect(card).to_contain_text("Or dial 802-555-0199 and give your PIN.")
    card.get_by_role("button", name="Listen", exact=True).click()
    expect(page.locator("#listening-state")).to_have_text("Listening to Ada Lovelace (E1001). Nobody hears you.")
    assert (asked[0]["call_id"], asked[0]["mode"]) == ("c1", "listen")
    assert "a=recvonly" in asked[0]["offer"]
    assert "a=candidate" in asked[0]["offer"]  # no candidates follow: all of them are in the offer
    until(page, lambda: page.evaluate("document.getElementById('listened').srcObject !== null"))
    page.click("#leave")
    expect(page.locator("#listening")).to_be_hidden()
    until(page, lambda: asked[-1] == {"session": "s1"})
    card.get_by_role("button", name="Join (you are heard)").click()
    expect(page.locator("#listening-state")).to_have_text("You are heard by Ada Lovelace (E1001) and the call center.")
    assert "a=sendrecv" in asked[-1]["offer"]
    server.stage.note(fact_kinds.MONITOR, by="Grace Hopper", step="joined", how="browser")
    expect(card).to_contain_text("Grace Hopper: joined")
    card.locator(".phones button").click()
    expect(card.locator(".phones")).to_contain_text("Gate is being called.")
    assert asked[-1] == {"call_id": "c1", "phone": "5", "mode": "listen"}


def test_a_guard_whose_place_is_gone_is_told_at_once(windows: Windows, server: StageThread) -> None:
    """WebRTC itself takes up to half a minute to notice that the media process died."""
    page = entered(windows, server)

    def answer(route: Route) -> None:
        offer = route.request.post_data_json.get("offer")
        route.fulfill(json={"session": "s1", "answer": page.evaluate(ANSWER, offer)} if offer else {})

    page.route(re.compile("/board/api/(listen|leave)"), answer)
    raise_call(server)
    card = page.locator("#cards .card")
    card.get_by_role("button", name="Listen", exact=True).click()
    expect(page.locator("#listening-state")).to_have_text("Listening to Ada Lovelace (E1001). Nobody hears you.")
    # Of another window of the same guard: it is not ours.
    server.stage.note(fact_kinds.MONITOR, by="Grace Hopper", step="left", how="browser", session="s2")
    server.stage.note(fact_kinds.MONITOR, by="Gate", step="listening", how="phone", session="s3")
    expect(card).to_contain_text("Gate: listening")
    expect(page.locator("#listening")).to_be_visible()
    server.stage.note(fact_kinds.MONITOR, by="Grace Hopper", step="left", how="browser", session="s1")
    expect(page.locator("#listening")).to_be_hidden()
    expect(card).to_contain_text("You are no longer on this call.")
    expect(card.get_by_role("button", name="Listen", exact=True)).to_be_enabled()


def test_a_call_back_says_who_calls_back(windows: Windows, server: StageThread) -> None:
    page = entered(windows, server)
    back = replace(
        CALL, call_id="c3", about="c2c2c2c2", caller_number="udp 192.0.2.1:5060", psap="Vermont 911", direct=False
    )
    server.stage.raise_alert("c3", replace(back, at=moment_of(time.time())), type="psap_callback")
    card = page.locator("#cards .card").first
    expect(card).to_contain_text("Called back by")
    expect(card).to_contain_text("Vermont 911")
    for wrong in ("Goes to", "Relay center", "Calls from", "192.0.2.1", "c2c2c2c2"):
        expect(card).not_to_contain_text(wrong)


# Answers an offer as the media process would, with silence to send.
ANSWER = """async (offer) => {
  const other = (window.otherSide = new RTCPeerConnection());
  await other.setRemoteDescription({ type: "offer", sdp: offer });
  const silence = new AudioContext().createMediaStreamDestination().stream;
  for (const track of silence.getTracks()) other.addTrack(track, silence);
  await other.setLocalDescription(await other.createAnswer());
  return other.localDescription.sdp;
}"""


def test_a_refusal_of_the_server_is_told_in_words(windows: Windows, server: StageThread) -> None:
    page = entered(windows, server)
    page.route(
        re.compile("/board/api/listen"), lambda route: route.fulfill(status=503, json={"error": "the audio is away"})
    )
    raise_call(server)
    page.get_by_role("button", name="Listen", exact=True).click()
    expect(page.locator(".listen .trouble")).to_contain_text("It did not work: the audio is away")
    expect(page.locator("#listening")).to_be_hidden()


def test_who_may_not_monitor_is_offered_nothing(windows: Windows, server: StageThread) -> None:
    page = entered(windows, server, account="2")
    raise_call(server)
    expect(page.locator("#cards .card")).to_contain_text("Répondu")  # that account's language is French
    expect(page.locator(".listen")).to_have_count(0)


def test_an_account_that_may_look_no_more_is_put_outside(windows: Windows, server: StageThread) -> None:
    page = entered(windows, server)
    server.within(lambda: server.stage.plans.publish(replace(ACME, watchers=ACME.watchers[1:])))
    expect(page.locator("#outside")).to_be_visible(timeout=WAIT)
    expect(page.locator("#inside")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everybody_can_use_it_in_both_languages_wide_and_narrow(
    windows: Windows, server: StageThread, language: str
) -> None:
    page = windows.open()
    page.goto(f"{server.url}/board/")
    expect(page.locator("#outside")).to_be_visible()
    page.click(f"[data-language={language}]")
    wrong = looked_at(page)
    text = board_pass.make(PASS_KEY, board_pass.Holder("acme", "1"), time.time())
    page.goto("about:blank")
    page.goto(f"{server.url}/board/#pass={text}")
    raise_call(server)
    raise_call(server, "c2")
    server.stage.note(fact_kinds.CHAT, alert="c1", by="Kim", text="hello")
    server.stage.note(fact_kinds.ALERT_UPDATED, call_id="c2", alert="c2", state="closed")
    expect(page.locator("#cards .log li")).to_have_count(1)
    page.locator("#today summary").click()
    expect(page.locator("#today .card")).to_be_visible()
    wrong += looked_at(page)
    assert not wrong, "\n".join(wrong)


def looked_at(page: Page) -> list[str]:
    """What is wrong with the page as it stands, wide and narrow."""
    wrong = axe(page)
    page.set_viewport_size({"width": NARROW, "height": 700})
    if (pixels := sideways(page)) > 0:
        wrong.append(f"{pixels} pixels wider than a window of {NARROW}")
    wrong += axe(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    return wrong
