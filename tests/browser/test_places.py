"""Buildings and locations in a real browser: judged while typing, set on the map, counted and shortened."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.addresses.town_map import VERMONT, draw
from tests.browser.test_every_page import people, signed_in
from tests.directory.cast import Cast

__all__ = ["people"]
pytestmark = [pytest.mark.peers, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
HERE = "/organizations/acme/locations/"
RIGHT = "422 Lake View Road, Averill, VT 05901"


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, people: Cast, published: object, data: Path) -> Page:
    """A window of the organization's administrator; whatever its console complains of is a failure."""
    draw(data, "vermont", VERMONT)
    page = signed_in(chromium, live_server, people, "organization_administrator", "en").new_page()
    complaints: list[str] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(message.text)

    page.on("console", complain)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    vars(page)["complaints"] = complaints
    return page


def complaints(page: Page) -> list[str]:
    found: list[str] = vars(page)["complaints"]
    return found


def test_an_address_is_judged_while_it_is_typed_and_corrected_by_one_click(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}{HERE}new/")
    page.fill("#name", "Camp")
    page.locator("#address").press_sequentially("422 Lake Veiw Rd, Averill, VT 05901")
    page.get_by_label(RIGHT).check()
    expect(page.locator("#judged")).to_contain_text("with the correction you chose")
    expect(page.locator(".map path.leaflet-interactive").first).to_be_attached()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Camp", exact=True)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Typed as")
    assert complaints(page) == []


def test_a_point_is_set_on_the_map_where_no_data_set_has_one(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}{HERE}new/")
    page.locator("#address").press_sequentially("10 Main St, Stowe VT 05672")
    expect(page.locator("#latitude")).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.locator("#map").click(position={"x": 120, "y": 120})
    assert 44.3 < float(page.input_value("#latitude")) < 44.7
    assert -73.0 < float(page.input_value("#longitude")) < -72.4
    page.fill("#address", RIGHT)
    page.locator("#address").press("End")
    expect(page.locator("#latitude")).to_have_count(0)
    assert complaints(page) == []


def test_a_map_is_left_by_the_tab_key(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}{HERE}new/")
    page.locator("#map").focus()
    for _ in range(6):
        page.keyboard.press("Tab")
    assert page.evaluate("document.getElementById('map').contains(document.activeElement)") is False


def test_a_long_text_is_counted_and_shortened(page: Page, live_server: LiveServer, people: Cast) -> None:
    page.goto(f"{live_server.url}{HERE}{people.building.pk}/new/")
    page.locator("#note").press_sequentially("North building floor 3 room 12")
    expect(page.locator("#note-count")).to_contain_text("30 / 20")
    page.get_by_role("button", name="Use this").click()
    assert page.input_value("#note") == "N BLDG FL 3 RM 12"
    expect(page.locator("#note-count")).to_contain_text("17 / 20")
    expect(page.locator(".psap-screen")).to_contain_text("N BLDG FL 3 RM 12")
    assert complaints(page) == []
