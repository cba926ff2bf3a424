"""The two stories of the portal on the real stack, in a real browser: a provider makes an organization and its first
administrator; that administrator gets a whole company ready, and a program could have done it.

With `PICTURES_TO=FOLDER` every step leaves a picture there (`docs/pictures` holds such ones).
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import chromium
from tests.browser.looking import axe
from tests.drills.installation import Installation

__all__ = ["chromium"]
pytestmark = [pytest.mark.stack, pytest.mark.peers, pytest.mark.timeout(300)]
PROVIDER, CHIEF = "provider@callpoint.example", "chief@maple.example"
PASSWORD = "correct-horse-battery"
SLUG = "maple-call-centers"
LOCATIONS = """Building Name,Street Address,City,State,Postal Code,Country,Location Name,Floor,Location Information
Maple Tower,115 State Street,Montpelier,VT,05633,US,2nd floor east,2,East wing
Maple Tower,115 State Street,Montpelier,VT,05633,US,3rd floor,3,
Berlin office,10 Unter den Linden,Berlin,,10117,Germany,Front desk,1,
"""
# As Agent Setup writes them, with its own header for the ID.
USERS = """Employee ID,First Name,Last Name,Email,Callback Number,Building,Location
M100,Ada,Martin,ada@maple.example,802-555-0111,Maple Tower,2nd floor east
M101,Bo,Chen,bo@maple.example,802-555-0112,Maple Tower,3rd floor
M102,Cy,Roy,cy@maple.example,802-555-0113,,
M103,Di,Fox,di@maple.example,,Maple Tower,3rd floor
"""
SOON = 60_000  # milliseconds: the worker looks twice a second, but the machine may be busy


@dataclass
class Portal:
    """A running installation and a browser in front of it."""

    installation: Installation
    browser: Browser
    folder: Path

    @property
    def ready(self) -> dict[str, object]:
        ready: dict[str, object] = json.loads((self.folder / "ready.json").read_text())
        return ready

    @property
    def web(self) -> str:
        return str(self.ready["web"])

    @property
    def home(self) -> str:
        return f"{self.web}/organizations/{SLUG}/"

    def callpoint(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command line on the same installation."""
        command = [sys.executable, "-m", "callpoint", *words]
        command += ["--data", str(self.installation.data), "--config", str(self.folder / "callpoint.toml")]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    def somebody(self) -> Page:
        """A browser nobody has signed in with."""
        return self.browser.new_context(viewport={"width": 1280, "height": 900}).new_page()

    def letters_to(self, address: str) -> list[str]:
        """E-mails to that address, the oldest first; without a mail server they lie in the data directory."""
        texts = [path.read_text() for path in sorted((self.installation.data / "mail").glob("*"))]
        letters = [letter for text in texts for letter in text.split("-" * 79)]
        return [letter for letter in letters if f"To: {address}" in letter]


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES_TO"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture(scope="module")
def portal(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("portal")
    installation = Installation(folder).start()
    try:
        yield Portal(installation, chromium, folder)
    finally:
        installation.stop()


def choose_password(page: Page, link: str) -> None:
    """What somebody does with the link of an invitation."""
    page.goto(link)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main form button").first.click()


def sign_in(page: Page, portal: Portal, email: str, password: str = PASSWORD) -> None:
    page.goto(f"{portal.web}/sign-in/")
    page.locator("input[type=email]").fill(email)
    page.locator("input[type=password]").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(organizations|provider)/"))


def bring_in(page: Page, portal: Portal, kind: str, text: str) -> None:
    """A file from the upload to the end, as somebody does it who reads each page."""
    page.goto(f"{portal.home}imports/")
    page.locator(f"#kind-{kind}").check()
    page.locator("#upload-file").set_input_files(
        {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Upload and look at it").click()
    page.wait_for_url(re.compile(r"/imports/\d+/"))
    page.get_by_role("button", name="Compare with what is there").click()
    expect(page.get_by_role("button", name="Apply", exact=True)).to_be_visible(timeout=SOON)


def apply(page: Page) -> None:
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.locator(".verdict.good")).to_contain_text(re.compile("applied", re.IGNORECASE), timeout=SOON)


def test_1_a_provider_creates_an_organization_and_its_first_administrator(portal: Portal) -> None:
    made = portal.callpoint("administrator", PROVIDER, "--json")
    assert made.returncode == 0, made.stderr
    page = portal.somebody()
    choose_password(page, json.loads(made.stdout)["link"])
    page.wait_for_url(f"{portal.web}/provider/")
    picture(page, "provider")
    page.get_by_role("link", name="Organizations", exact=True).click()
    page.goto(f"{portal.web}/provider/organizations/new/")
    page.get_by_label("Name", exact=True).fill("Maple Call Centers")
    page.get_by_label("E-mail of its first administrator").fill(CHIEF)
    page.get_by_role("button", name="Add the organization and its administrator").click()
    expect(page.get_by_role("main")).to_contain_text(f"{CHIEF} administers it")
    page.get_by_role("link", name="Switch into it").or_(page.get_by_role("button", name="Switch into it")).click()
    expect(page.locator(".as-provider")).to_contain_text("as its provider")
    picture(page, "provider-inside")
    # Somebody else's people are not reached by the new organization's name, nor the other way round.
    assert len(portal.letters_to(CHIEF)) == 1


def test_2_its_administrator_gets_the_company_ready(portal: Portal) -> None:
    page = portal.somebody()
    letter = portal.letters_to(CHIEF)[-1]
    choose_password(page, re.findall(r"http\S+/reset/key/\S+", letter)[0])
    page.wait_for_url(portal.home)
    picture(page, "home-new")
    expect(page.get_by_role("main")).to_contain_text("Nobody is registered yet")
    assert page.goto(f"{portal.web}/organizations/demo/").status == 404  # type: ignore[union-attr]
    assert page.goto(f"{portal.web}/provider/").status == 404  # type: ignore[union-attr]

    bring_in(page, portal, "locations", LOCATIONS)
    expect(page.get_by_role("main")).to_contain_text("only addresses in US and CA are accepted")
    picture(page, "import-preview")
    page.locator("#skip").check()
    apply(page)
    bring_in(page, portal, "users", USERS)
    apply(page)
    picture(page, "import-applied")

    bring_in(page, portal, "users", USERS)
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Unchanged\s*4"))
    page.get_by_role("button", name="Cancel this import").click()

    page.goto(portal.home)
    main = page.get_by_role("main")
    expect(main).to_contain_text("of 4 active people are ready", timeout=SOON)
    expect(main).to_contain_text("1 person has no location", timeout=SOON)
    expect(main).to_contain_text("1 person has no callback number")
    expect(main).to_contain_text("1 row of locations.csv was left out")
    picture(page, "home")


def test_3_who_is_not_ready_is_seen_and_helped_by_hand(portal: Portal) -> None:
    page = portal.somebody()
    sign_in(page, portal, CHIEF)
    page.goto(portal.home)
    page.get_by_role("link", name="No location", exact=True).click()
    people = page.get_by_role("main")
    expect(people).to_contain_text("M102")
    expect(people).not_to_contain_text("M100")
    picture(page, "people-no-location")
    page.get_by_role("link", name="M102").or_(page.get_by_role("link", name="Cy Roy")).first.click()
    expect(page.get_by_role("main")).to_contain_text(re.compile("relay center", re.IGNORECASE))
    picture(page, "person")
    assert axe(page) == []


def test_4_the_first_933_arrives_over_its_own_trunk(portal: Portal) -> None:
    admin = portal.ready["admin"]
    assert isinstance(admin, dict)
    sample = portal.somebody()
    # The sample's trunk takes everything from this machine for its own: it lets go.
    sign_in(sample, portal, admin["email"], admin["password"])
    sample.goto(f"{portal.web}/organizations/demo/trunks/")
    sample.get_by_role("link", name="demo loopback").click()
    sample.get_by_role("link", name="Remove").click()
    sample.get_by_role("button", name=re.compile("Remove")).click()

    page = portal.somebody()
    sign_in(page, portal, CHIEF)
    page.goto(f"{portal.home}trunks/new/")
    page.get_by_label("Name", exact=True).fill("maple trunk")
    page.get_by_label("Digest user").fill("maple")
    page.get_by_label("Digest password").fill("a-long-trunk-password")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url(re.compile(r"/trunks/\d+/"))
    picture(page, "trunk-waiting")
    wrong = portal.callpoint(
        "dial", "933", "--as", "M100", "--user", "maple", "--password", "not-the-password", "--seconds", "1"
    )
    assert wrong.returncode != 0
    right = portal.callpoint(
        "dial", "933", "--as", "M100", "--user", "maple", "--password", "a-long-trunk-password", "--seconds", "3"
    )
    assert right.returncode == 0, right.stdout + right.stderr
    check = page.get_by_role("main")
    expect(check).to_contain_text("M100", timeout=SOON)
    expect(check).to_contain_text(re.compile("password", re.IGNORECASE))
    picture(page, "trunk-first-call")
    page.goto(portal.home)
    expect(page.get_by_role("main")).to_contain_text("933", timeout=SOON)
    picture(page, "home-after-933")
    page.goto(f"{portal.home}calls/")
    picture(page, "calls")
    page.locator("main table a").first.click()
    page.wait_for_url(re.compile(r"/calls/.+/"))
    expect(page.get_by_role("main")).to_contain_text("Ada Martin")
    picture(page, "call")


def test_5_a_program_does_the_same(portal: Portal) -> None:
    page = portal.somebody()
    sign_in(page, portal, CHIEF)
    page.goto(f"{portal.home}tokens/")
    picture(page, "tokens")
    page.get_by_label("Name", exact=True).fill("nightly sync")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    page.get_by_role("button", name=re.compile("Make")).click()
    secret = re.findall(r"cp_[\w-]+", page.content())[0]
    with httpx.Client(
        base_url=f"{portal.web}/api/v1/organizations/{SLUG}", headers={"Authorization": f"Bearer {secret}"}
    ) as program:
        listed = program.get("/people").json()
        assert {person["device_user_id"] for person in listed["items"]} == {"M100", "M101", "M102", "M103"}
        added = program.post(
            "/people", json={"device_user_id": "M104", "last_name": "Kim", "callback_number": "802-555-0114"}
        )
        assert added.status_code == 201, added.text
        refused = program.post("/people", json={"device_user_id": "M105", "callback_number": "123"})
        assert refused.status_code == 422
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert program.get(f"{portal.web}/api/v1/organizations/demo/people").status_code == 404
    page.goto(f"{portal.home}audit/")
    expect(page.get_by_role("main")).to_contain_text("nightly sync")
    picture(page, "audit")


def test_6_the_history_holds_together(portal: Portal) -> None:
    checked = portal.callpoint("audit", "verify")
    assert checked.returncode == 0, checked.stdout + checked.stderr
