"""What these tests do again and again: sign in as people do, and read what the history was told."""

import re
from typing import Any

from django.core import mail
from django.test import Client
from tests.directory.cast import PASSWORD

from callpoint.directory.models import Change, Organization
from callpoint.directory.tenancy import everywhere

ADMIN = "admin@acme.example"
OWN = "a-password-of-my-own"


def sign_in(client: Client, email: str = ADMIN, password: str = PASSWORD, **more: Any) -> Any:
    """One plain POST of e-mail address and password."""
    return client.post("/account/login/", {"login": email, "password": password, **more})


def signed_in(email: str = ADMIN, password: str = PASSWORD) -> Client:
    """A client that has come in by the front door."""
    client = Client()
    response = sign_in(client, email, password)
    assert response.status_code == 302, response.content.decode()
    return client


def is_in(client: Client) -> bool:
    """Whether the client is signed in."""
    return "_auth_user_id" in client.session


def told(organization: Organization | None) -> list[dict[str, Any]]:
    """What the history was told about accounts, without the address that stands in each entry."""
    with everywhere():
        found = Change.objects.filter(organization=organization, model="account").order_by("number")
        return [{key: value for key, value in (one.after or {}).items() if key != "email"} for one in found]


def code_sent() -> str:
    """The code in the latest e-mail."""
    found = re.search(r"^([A-Z0-9]{4}-?[A-Z0-9]{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


def link_sent(path: str = r"/account/password/reset/key/\S+/") -> str:
    """The link in the latest e-mail, without the host."""
    found = re.search(path, str(mail.outbox[-1].body))
    assert found, mail.outbox[-1].body
    return found[0]
