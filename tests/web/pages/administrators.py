"""Who serves an organization, and its identity providers; `tests/web/account` goes through them.

POST needs a fresh proof of who one is: the cast's clients have none, and are sent to give it (302).
"""

from tests.directory.cast import Cast
from tests.web.pages import Page

from callpoint.directory.models import Membership, SignOnProvider, acting
from callpoint.directory.tenancy import everywhere

ASKED_AGAIN = (302, 302, 403, 403, 404, 302)
BASE = "/organizations/acme/administrators/"


def _of(people: Cast, action: str) -> str:
    with everywhere():
        key = Membership.objects.get(account=people.security, organization=people.acme).pk
    return f"{BASE}{key}/{action}/"


def _provider(people: Cast) -> str:
    settings = {"issuer": "https://login.acme.example", "client_id": "callpoint", "client_secret": "sealed"}
    with acting("test", "setting up"), everywhere():
        SignOnProvider(organization=people.acme, key="acme-1", name="Acme", kind="oidc", settings=settings).save()
    return f"{BASE}sign-on/acme-1/"


PAGES = {
    "administrators": Page(BASE, (200, 200, 200, 403, 404, 302)),
    "administrator-appoint": Page(f"{BASE}appoint/", (405, 405, 403, 403, 404, 302), ASKED_AGAIN),
    "administrator-role": Page(lambda people: _of(people, "role"), (405, 405, 403, 403, 404, 302), ASKED_AGAIN),
    "administrator-dismiss": Page(lambda people: _of(people, "dismiss"), (405, 405, 403, 403, 404, 302), ASKED_AGAIN),
    "administrator-invite": Page(lambda people: _of(people, "invite"), (405, 405, 403, 403, 404, 302), ASKED_AGAIN),
    "administrator-unbind": Page(lambda people: _of(people, "unbind"), (405, 405, 403, 403, 404, 302), ASKED_AGAIN),
    "identity-providers": Page(f"{BASE}sign-on/", (200, 200, 200, 403, 404, 302)),
    "identity-provider-new": Page(f"{BASE}sign-on/new/oidc/", ASKED_AGAIN, ASKED_AGAIN),
    "identity-provider": Page(_provider, ASKED_AGAIN, ASKED_AGAIN),
    "identity-provider-remove": Page(
        lambda people: _provider(people) + "remove/", (405, 405, 403, 403, 404, 302), ASKED_AGAIN
    ),
}
