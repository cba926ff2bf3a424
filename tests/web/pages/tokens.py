"""Tokens for programs. Making one needs a fresh proof of who one is, which the cast's clients have not given (302)."""

from datetime import timedelta

from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.pages import Page

from callpoint.directory.editing.tokens import make_token
from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere


def revoking(people: Cast) -> str:
    with everywhere(), acting("test", "setting up"):
        account = people.provider_administrator
        token, _secret = make_token(
            account, people.acme, "A program", ["people:read"], timezone.now() + timedelta(days=1)
        )
    return f"/organizations/acme/tokens/{token.pk}/revoke/"


PAGES = {
    "tokens": Page("/organizations/acme/tokens/", (200, 200, 403, 403, 404, 302), (302, 302, 403, 403, 404, 302)),
    "token-revoke": Page(revoking, (405, 405, 403, 403, 404, 302), (302, 302, 403, 403, 404, 302)),
    "provider-tokens": Page("/provider/tokens/", (404, 200, 404, 404, 404, 302), (404, 302, 404, 404, 404, 302)),
    "provider-token-revoke": Page(
        "/provider/tokens/999/revoke/", (404, 405, 404, 404, 404, 302), (404, 404, 404, 404, 404, 302)
    ),
}
