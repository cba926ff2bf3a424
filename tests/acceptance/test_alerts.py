"""Everyone who must know, knows: the story of one 911 call on the real stack, seen at the front desk, in a mailbox, on
the live board and afterwards in the record.

With `PICTURES_TO=FOLDER` every step leaves a picture there.
"""

import email
import email.policy
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, Page, expect

from tests.browser.looking import axe
from tests.browser.screens import sounding_chromium
from tests.browser.screens import until as until_seen
from tests.drills.installation import Installation
from tests.peers.process import free_port

pytestmark = [pytest.mark.stack, pytest.mark.peers, pytest.mark.timeout(300)]
SOON = 60_000  # milliseconds, for whatever a busy machine may take
PATIENCE = 60.0


@dataclass
class Mailbox:
    """A mail server that keeps what it gets."""

    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - its name
        content: Any = envelope.content
        self.messages.append(email.message_from_bytes(content, policy=email.policy.default))  # type: ignore[arg-type]
        return "250 OK"


@dataclass
class Stage:
    installation: Installation
    browser: Browser
    box: Mailbox
    folder: Path

    @property
    def ready(self) -> dict[str, Any]:
        ready: dict[str, Any] = json.loads((self.folder / "ready.json").read_text())
        return ready

    @property
    def screen_link(self) -> str:
        token = (self.installation.data / "sample-screen-token").read_text().strip()
        return f"{self.ready['streams']}/onsite/#token=cps_{token}"

    def dial(self, identity: str, number: str = "911", seconds: float = 20.0) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "callpoint", "dial", number, "--as", identity, "--to", self.ready["sip"]]
        command += ["--seconds", str(seconds), "--data", str(self.installation.data), "--json"]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def psap_calls(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = httpx.get(f"{self.ready['lab']}/psap/calls").json()
        return calls

    def state(self) -> dict[str, Any]:
        """What a screen is shown now."""
        token = self.screen_link.rpartition("=")[2]
        url = f"{self.ready['streams']}/onsite/api/state"
        found: dict[str, Any] = httpx.get(url, headers={"Authorization": f"Bearer {token}"}).json()
        return found

    def open(self, link: str) -> Page:
        page = self.browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.goto(link)
        return page

    def portal(self) -> Page:
        admin = self.ready["admin"]
        page = self.open(f"{self.ready['web']}/sign-in/")
        page.locator("input[type=email]").fill(admin["email"])
        page.locator("input[type=password]").fill(admin["password"])
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("/(organizations|provider)/"))
        return page


def until(what: Callable[[], Any], told: str) -> Any:
    """Waits until `what()` is true; gives it."""
    end = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < end, told
        time.sleep(0.1)
    return found


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES_TO"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture(scope="module")
def sounding(peer: Callable[[str], str]) -> Iterator[Browser]:
    yield from sounding_chromium(peer("chromium"))


def start_sound(page: Page) -> None:
    """What somebody does in front of a new screen."""
    page.locator("#start-button").click()
    until_seen(page, lambda: page.evaluate("document.getElementById('level').value") > 0.1)
    page.locator("#heard").click()


@pytest.fixture(scope="module")
def stage(sounding: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("alerts")
    box, port = Mailbox(), free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    installation = Installation(folder)
    with (folder / "callpoint.toml").open("a") as config:
        config.write(f'[mail]\nurl = "smtp+plain://127.0.0.1:{port}"\n')
    installation.start()
    try:
        yield Stage(installation, sounding, box, folder)
    finally:
        installation.stop()
        controller.stop()


def test_everyone_who_must_know_knows(stage: Stage) -> None:
    screen = stage.open(stage.screen_link)
    start_sound(screen)
    expect(screen.locator("#calm-title")).to_be_visible(timeout=SOON)
    assert "token" not in screen.url, "the token does not stay in the address"
    picture(screen, "onsite-calm")

    portal = stage.portal()
    portal.goto(f"{stage.ready['web']}/organizations/demo/live/")
    board = portal
    board.wait_for_url(re.compile("/board/"))
    expect(board.locator("#now-none")).to_be_visible(timeout=SOON)
    assert "pass" not in board.url

    phone = stage.dial("E1001")
    card = screen.locator(".card").first
    expect(card).to_be_visible(timeout=SOON)
    for words in ("Ada Martin", "802", "555-0101", "115 State Street", "Vermont State House", "main entrance"):
        expect(card).to_contain_text(words, timeout=SOON)
    picture(screen, "onsite-alert")
    assert axe(screen) == []

    expect(board.locator(".card").first).to_contain_text("Ada Martin", timeout=SOON)
    picture(board, "board-call")
    assert axe(board) == []

    letter = until(lambda: [one for one in stage.box.messages if "Ada Martin" in str(one["Subject"])], "no e-mail")[0]
    assert "frontdesk@demo.example" in str(letter["To"])
    text = letter.get_body(("plain",)).get_content()
    for words in ("Ada Martin", "555-0101", "115 State Street"):
        assert words in text

    call = until(stage.psap_calls, "the PSAP got no call")[-1]
    shown = stage.state()["alerts"][-1]["call"]
    assert shown["civic"] == call["civic"], "people are told the very place the PSAP was sent"
    assert shown["callback_number"] == call["callback_number"]

    card.locator(".acknowledge").click()
    name = screen.locator("dialog input, #name")
    if name.count() and name.first.is_visible():
        name.first.fill("Kim")
        screen.keyboard.press("Enter")
    expect(screen.locator('.card[data-acknowledged="true"]')).to_be_visible(timeout=SOON)
    expect(board.locator('.card[data-acknowledged="true"]')).to_be_visible(timeout=SOON)
    picture(screen, "onsite-acknowledged")
    phone.wait(60)

    record = stage.portal()
    record.goto(f"{stage.ready['web']}/organizations/demo/calls/")
    record.locator("main tbody th a").first.click()
    expect(record.locator("#told")).to_be_visible(timeout=SOON)
    page = record.content()
    for words in ("frontdesk@demo.example", "acknowledged", "Told by the subscriptions"):
        assert words in page
    picture(record, "call-told")


def test_a_test_call_looks_different_and_makes_no_sound(stage: Stage) -> None:
    screen = stage.open(stage.screen_link)
    start_sound(screen)
    phone = stage.dial("E1002", "933", seconds=5)
    card = screen.locator(".card.test").first
    expect(card).to_be_visible(timeout=SOON)
    expect(card).to_contain_text("Marc Tremblay")
    picture(screen, "onsite-test")
    phone.wait(60)


def test_explain_names_who_would_be_told(stage: Stage) -> None:
    command = [sys.executable, "-m", "callpoint", "explain", "E1001", "--data", str(stage.installation.data), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["notified"] == ["Front desk: Front desk (email), Every screen (onsite)"]
