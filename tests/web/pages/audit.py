"""The pages of the history."""

from tests.web.pages import Page

READ = (200, 200, 200, 403, 404, 302)
PROVIDE = (404, 200, 404, 404, 404, 302)
NO_GET = (405, 405, 405, 403, 404, 302)

PAGES = {
    "audit": Page("/organizations/acme/audit/", READ),
    "audit-entry": Page("/organizations/acme/audit/entries/1/", READ),
    "audit-check": Page("/organizations/acme/audit/check/", READ, READ),
    "audit-export": Page("/organizations/acme/audit/export/", NO_GET, READ, snippet=True),
    "object-history": Page(lambda people: f"/organizations/acme/audit/history/person/{people.ada.pk}/", READ),
    "provider-audit": Page("/provider/audit/", PROVIDE),
    "provider-audit-entry": Page("/provider/audit/entries/1/", PROVIDE),
    "provider-audit-check": Page("/provider/audit/check/", PROVIDE, PROVIDE),
    "provider-audit-export": Page("/provider/audit/export/", (404, 405, 404, 404, 404, 302), PROVIDE, snippet=True),
    "provider-object-history": Page(lambda people: f"/provider/audit/history/psap/{people.psap.pk}/", PROVIDE),
}
