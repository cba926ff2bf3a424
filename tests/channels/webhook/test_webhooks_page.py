"""docs/webhooks.md: its example checks what we send, and its table tells what there is."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

from callpoint.channels.webhook.sender import document
from callpoint.channels.webhook.signature import sign
from callpoint.routing.alert_records import ALERT_TYPES
from tests.channels.notices import NOTICE
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "webhooks.md").read_text("utf-8")


@pytest.fixture(scope="module")
def is_from_callpoint() -> Callable[[str, str, bytes], bool]:
    """The function of the page, as a reader would copy it."""
    [code] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, "docs/webhooks.md", "exec"), names)
    checker: Callable[[str, str, bytes], bool] = names["is_from_callpoint"]
    return checker


def test_the_example_believes_us(is_from_callpoint: Callable[[str, str, bytes], bool]) -> None:
    body = '{"name": "Hôtel"}'.encode()
    assert is_from_callpoint("key", sign("key", body, int(time.time())), body)


def test_the_example_believes_nobody_else(is_from_callpoint: Callable[[str, str, bytes], bool]) -> None:
    now = int(time.time())
    assert not is_from_callpoint("key", sign("other", b"{}", now), b"{}")
    assert not is_from_callpoint("key", sign("key", b"{}", now), b"{ }")
    assert not is_from_callpoint("key", sign("key", b"{}", now - 301), b"{}")


def test_every_name_of_the_document_is_in_the_table() -> None:
    rows = re.findall(r"^\| (`[^|]*) \|", PAGE, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert told == set(document(NOTICE))


def test_every_type_is_in_the_table() -> None:
    [row] = re.findall(r"^\| `type` \| (.*) \|$", PAGE, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", row)) == {*ALERT_TYPES, "self_test"}
