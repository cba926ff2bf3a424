"""The first page of all, an organization's, and what it fetches."""

from tests.web.pages import Page

CALLS = (200, 200, 200, 200, 404, 302)

PAGES = {
    # One organization leads straight there, a provider to its own page.
    "start": Page("/", (302, 302, 302, 302, 302, 200)),
    "organization": Page("/organizations/acme/", CALLS),
    "latest-calls": Page("/organizations/acme/latest-calls/", CALLS, snippet=True),
}
