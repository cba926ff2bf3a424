"""Windows on a stage of screens: a Chromium with sound and a microphone made up, and a journal to write into."""

from collections.abc import Callable, Iterator

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from tests.browser.conftest import OPTIONS

SOUND = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
WAIT = 30_000  # milliseconds; far beyond what any of it takes
# A lost server and a missing cookie are meant to be seen in the console.
EXPECTED = ("Failed to load resource", "ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING")


def sounding_chromium(path: str) -> Iterator[Browser]:
    """A browser as somebody's is: no sound before a button was pressed."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*OPTIONS, *SOUND])
        yield browser
        browser.close()


class Windows:
    """Opens windows and gathers what their consoles complain of."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, language: str = "en-US", **more: object) -> Page:
        """A window of its own, with cookies of its own."""
        context = self._browser.new_context(locale=language, viewport={"width": 1280, "height": 800}, **more)  # type: ignore[arg-type]
        context.set_default_timeout(WAIT)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in EXPECTED):
            self.complaints.append(message.text)


def until(page: Page, check: Callable[[], bool]) -> None:
    """Waits, with the page's own clock running, until it is so."""
    for _ in range(WAIT // 50):
        if check():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it never came to be so")
