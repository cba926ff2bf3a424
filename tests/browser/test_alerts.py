"""Forms of alerts in a real browser: rows that grow where one is, a search among many, words seen as they are typed."""

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer
from tests.browser.test_every_page import people, signed_in
from tests.directory.cast import MONTPELIER, Cast
from tests.notices import rows

from callpoint.directory import provision
from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere
from callpoint.notices.models import Group, RecipientTest, Subscription

__all__ = ["people"]
pytestmark = [pytest.mark.peers, pytest.mark.django_db(transaction=True), pytest.mark.timeout(180)]
HERE = "/organizations/acme/alerts/"


@pytest.fixture
def desk(people: Cast) -> Group:
    with everywhere(), acting("test", "setting up"):
        return rows.group(people.acme, "Desk", rows.recipient(people.acme))


@pytest.fixture
def page(chromium: Browser, live_server: LiveServer, people: Cast) -> Page:
    """A window of the organization's administrator; whatever its console complains of is a failure."""
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


def test_steps_are_added_and_taken_out_by_keyboard(
    page: Page, live_server: LiveServer, people: Cast, desk: Group
) -> None:
    page.goto(f"{live_server.url}{HERE}subscriptions/new/")
    page.fill("#name", "All calls")
    page.select_option("#step-group-1", label="Desk")
    page.get_by_role("button", name="Add a step").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#step-seconds-2")).to_be_focused()
    page.keyboard.type("90")
    page.select_option("#step-group-2", label="Desk")
    page.get_by_role("button", name="Add a step").press("Enter")
    expect(page.locator("#step-seconds-3")).to_be_focused()
    page.get_by_role("button", name="Take out step 3").press("Enter")
    expect(page.locator("#step-seconds-3")).to_have_count(0)
    assert page.input_value("#step-seconds-2") == "90"
    assert page.input_value("#name") == "All calls"
    page.locator("#name").press("Enter")
    expect(page.get_by_role("heading", name="All calls")).to_be_visible()
    with everywhere():
        assert [step["after_seconds"] for step in Subscription.objects.get().steps] == [0, 90]
    assert complaints(page) == []


def test_a_building_is_found_among_many(page: Page, live_server: LiveServer, people: Cast, desk: Group) -> None:
    with everywhere(), acting("test", "setting up"):
        for number in range(30):
            provision.create_building(people.acme, f"Tower {number:02}", MONTPELIER)
        one = rows.subscription(people.acme, "911 calls", desk)
    page.goto(f"{live_server.url}{HERE}subscriptions/{one.pk}/")
    page.fill("#buildings-q", "tower 29")
    page.locator("#buildings-q").press("Enter")
    page.get_by_label("Tower 29").check()
    page.fill("#buildings-q", "tower 28")
    page.locator("#buildings-find").click()
    page.get_by_label("Tower 28").check()
    expect(page.get_by_label("Tower 29")).to_be_checked()
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("911 calls is saved.")).to_be_visible()
    with everywhere():
        assert len(Subscription.objects.get().buildings) == 2
    assert complaints(page) == []


def test_a_duty_time_is_added_where_one_is(page: Page, live_server: LiveServer, people: Cast, desk: Group) -> None:
    page.goto(f"{live_server.url}{HERE}groups/{desk.pk}/")
    page.get_by_role("button", name="Add a duty time").press("Enter")
    expect(page.get_by_label("Monday")).to_be_focused()
    page.get_by_label("Friday").uncheck()
    page.get_by_label("until").fill("16:30")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Desk is saved.")).to_be_visible()
    with everywhere():
        assert Group.objects.get().duty == [{"days": [0, 1, 2, 3], "begins": "08:00", "ends": "16:30"}]
    assert complaints(page) == []


def test_words_are_seen_as_they_are_typed(page: Page, live_server: LiveServer, people: Cast) -> None:
    page.goto(f"{live_server.url}{HERE}templates/new/")
    preview = page.locator("#preview")
    page.fill("#body", "Go to {{ place }}")
    expect(preview).to_contain_text("Go to State House, floor 2, room 210")
    page.locator("#body").press_sequentially(" {{ nonsense }}")
    expect(preview).to_contain_text("There is no variable called “nonsense”.")
    page.fill("#body", "Allez : {{ place }}")
    page.select_option("#language", "fr")
    expect(preview.locator(".sheet")).to_have_attribute("lang", "fr")
    page.select_option("#channel", "voice")
    expect(preview).to_contain_text("As it goes out by: Phone call")
    assert page.evaluate("document.activeElement.id") != "preview", "typing goes on undisturbed"
    assert complaints(page) == []


def test_the_result_of_a_test_comes_by_itself(page: Page, live_server: LiveServer, people: Cast, desk: Group) -> None:
    page.goto(f"{live_server.url}{HERE}recipients/{desk.members[0]}/")
    page.get_by_role("button", name="Send a test now").click()
    expect(page.get_by_text("A test is on its way.")).to_be_visible()
    expect(page.locator("#test-state")).to_contain_text("never tested")
    with everywhere():
        RecipientTest.objects.create(
            recipient_id=desk.members[0],
            organization=people.acme,
            state="failed",
            at="2026-11-23T12:00:00Z",
            trouble="550",
        )
    expect(page.locator("#test-state")).to_contain_text("550", timeout=30_000)
    assert complaints(page) == []
