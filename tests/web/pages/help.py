"""The manual, which everybody may read."""

from tests.web.pages import Page

ALL = (200, 200, 200, 200, 200, 200)
PAGES = {
    "help": Page("/help/", ALL),
    "help-topic": Page("/help/getting-ready/", ALL),
}
