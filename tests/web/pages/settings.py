"""Settings of one organization."""

from tests.web.pages import Page

PAGES = {
    "settings": Page("/organizations/acme/settings/", (200, 200, 200, 403, 404, 302), (200, 200, 403, 403, 404, 302)),
}
