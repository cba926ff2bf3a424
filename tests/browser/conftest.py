"""A real browser in front of the pages: Debian's Chromium, driven by Playwright."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.directory.conftest import fast_hasher
from tests.web.conftest import client_of, data, published

__all__ = ["chromium", "client_of", "data", "fast_hasher", "published"]
# No sandbox: the tests may run as root in a container. The rest keeps it from talking to the network by itself.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="module")
def chromium(peer: Callable[[str], str]) -> Iterator[Browser]:
    """The browser, started once for a file: Playwright keeps an event loop in this thread, which Django must put up
    with, and which has to be gone before the next asynchronous test."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=peer("chromium"), args=OPTIONS)
            yield browser
            browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before
