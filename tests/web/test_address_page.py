"""The page that judges one address, over a small drawn map."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from tests.addresses.town_map import VERMONT, draw

ClientOf = Callable[[str], Client]
TYPO = "422 Lake Veiw Rd, Averill, VT 05901"


@pytest.fixture
def shown(client_of: ClientOf, data: Path) -> Callable[..., str]:
    """The page's text for a query, as an auditor sees it."""
    draw(data, "vermont", VERMONT)
    client = client_of("auditor")

    def get(**query: str) -> str:
        response = client.get("/address/", query)
        assert response.status_code == 200
        return re.sub(r"\s+", " ", response.content.decode())

    return get


def test_it_begins_with_a_question(shown: Callable[..., str]) -> None:
    page = shown()
    assert '<label for="address">Address</label>' in page
    assert "Part by part" not in page


def test_a_door_is_told_with_what_confirmed_it(shown: Callable[..., str]) -> None:
    page = shown(address="422 lake view rd averill vt")
    assert "422 Lake View Road, Averill, VT 05901" in page
    assert "help can be sent to this door" in page
    assert "Confirmed by</dt><dd>vermont, version" in page
    assert "is answered by the relay center" in page  # no boundaries here, no route


def test_a_suggestion_can_be_taken(shown: Callable[..., str]) -> None:
    page = shown(address=TYPO)
    assert "There is no such address" in page
    assert re.search(r'href="\?address=422\+Lake\+Veiw[^"]*&amp;accept=1">422 Lake View Road', page)
    assert "with the correction you chose" in shown(address=TYPO, accept="1")


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "1e3", "²"])
def test_a_suggestion_that_is_not_there_changes_nothing(shown: Callable[..., str], number: str) -> None:
    assert "There is no such address" in shown(address=TYPO, accept=number)


def test_what_is_typed_is_text_and_nothing_else(shown: Callable[..., str]) -> None:
    page = shown(address='"><script>alert(1)</script>, Averill VT')
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("address", ["x" * 10_000, "\x00", "12 " * 200, "Unter den Linden 77, 10117 Berlin, Germany"])
def test_whatever_is_typed_is_answered(shown: Callable[..., str], address: str) -> None:
    assert "Refused" in shown(address=address) or "no such address" in shown(address=address)
