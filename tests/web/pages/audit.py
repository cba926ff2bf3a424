"""The pages of the history."""

from tests.web.pages import Page

PAGES = {
    "object-history": Page(
        lambda people: f"/organizations/acme/audit/history/person/{people.ada.pk}/", (200, 200, 200, 403, 404, 302)
    ),
    "provider-object-history": Page(
        lambda people: f"/provider/audit/history/psap/{people.psap.pk}/", (404, 200, 404, 404, 404, 302)
    ),
}
