"""Who is told of calls: subscriptions, groups, recipients, templates, and what came of it."""

from typing import Any

from django.db.models import Model
from tests.directory.cast import Cast
from tests.notices import rows
from tests.web.pages import Page

from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere
from callpoint.notices.models import Group, Recipient, Subscription, Template

SEE = (200, 200, 200, 200, 404, 302)
CHANGE = (200, 200, 403, 403, 404, 302)
POST = (405, 405, 403, 403, 404, 302)
POST_SEEN = (405, 405, 405, 405, 404, 302)
MOVED = (302, 302, 403, 403, 404, 302)
PROVIDER = (404, 200, 404, 404, 404, 302)
HERE = "/organizations/acme/alerts/"


def made(people: Cast, what: str) -> Any:
    """A recipient in a group that a subscription tells in the words of a template, and spare ones nobody uses.

    Made once: a browser walks through all pages with the same rows.
    """
    with everywhere(), acting("test", "setting up"):
        if not Recipient.objects.filter(organization=people.acme).exists():
            _make(people)
        model, name = _ROWS[what]
        return model._default_manager.get(organization=people.acme, name=name).pk


def _make(people: Cast) -> None:
    guard = rows.recipient(people.acme, channel="webhook", address="https://hooks.example.com/")
    desk = rows.group(people.acme, "Desk", guard, duty=[{"days": [0, 1], "begins": "08:00", "ends": "17:00"}])
    words = rows.template(people.acme)
    rows.subscription(people.acme, "911 calls", desk, templates=[words.pk], people=["E1", "Nobody"])
    rows.template(people.acme, "Free")
    rows.group(people.acme, "Lone", rows.recipient(people.acme, "Spare"))
    rows.recipient(people.acme, "Last")


_ROWS: dict[str, tuple[type[Model], str]] = {
    "recipients": (Recipient, "Guard"),
    "groups": (Group, "Desk"),
    "subscriptions": (Subscription, "911 calls"),
    "templates": (Template, "Short"),
    "spare-templates": (Template, "Free"),
    "spare-groups": (Group, "Lone"),
    "spare-recipients": (Recipient, "Last"),
}


def at(people: Cast, what: str, rest: str = "") -> str:
    return f"{HERE}{what.removeprefix('spare-')}/{made(people, what)}/{rest}"


def provided(people: Cast, rest: str = "") -> str:
    with everywhere(), acting("test", "setting up"):
        one = Template.objects.filter(organization=None).first() or rows.template(None)
        return f"/provider/templates/{one.pk}/{rest}"


PAGES = {
    "alerts": Page(HERE, SEE),
    "alerts-start": Page(f"{HERE}start/", CHANGE, CHANGE),
    "subscriptions": Page(f"{HERE}subscriptions/", SEE),
    "subscription-new": Page(f"{HERE}subscriptions/new/", CHANGE, CHANGE),
    "subscription": Page(lambda people: at(people, "subscriptions"), SEE, CHANGE),
    "subscription-enable": Page(lambda people: at(people, "subscriptions", "enable/"), POST, MOVED),
    "subscription-remove": Page(lambda people: at(people, "subscriptions", "remove/"), CHANGE, MOVED),
    "groups": Page(f"{HERE}groups/", SEE),
    "group-new": Page(f"{HERE}groups/new/", CHANGE, CHANGE),
    "group": Page(lambda people: at(people, "groups"), SEE, CHANGE),
    "group-remove": Page(lambda people: at(people, "spare-groups", "remove/"), CHANGE, MOVED),
    "recipients": Page(f"{HERE}recipients/", SEE),
    "recipient-new": Page(f"{HERE}recipients/new/", CHANGE, CHANGE),
    "recipient": Page(lambda people: at(people, "recipients"), SEE, CHANGE),
    "recipient-remove": Page(lambda people: at(people, "spare-recipients", "remove/"), CHANGE, MOVED),
    "recipient-secret": Page(lambda people: at(people, "recipients", "secret/"), POST, CHANGE),
    "recipient-test": Page(lambda people: at(people, "recipients", "test/"), POST, MOVED),
    "recipient-state": Page(lambda people: at(people, "recipients", "state/"), SEE, snippet=True),
    "templates": Page(f"{HERE}templates/", SEE),
    "template-new": Page(f"{HERE}templates/new/", CHANGE, CHANGE),
    "template-preview": Page(f"{HERE}templates/preview/", POST_SEEN, SEE, snippet=True),
    "template": Page(lambda people: at(people, "templates"), SEE, CHANGE),
    "template-remove": Page(lambda people: at(people, "spare-templates", "remove/"), CHANGE, MOVED),
    "deliveries": Page(f"{HERE}deliveries/", SEE),
    "alert-tests": Page(f"{HERE}tests/", SEE),
    "alert-tests-all": Page(f"{HERE}tests/all/", POST, MOVED),
    "provider-templates": Page("/provider/templates/", PROVIDER),
    "provider-template-new": Page("/provider/templates/new/", PROVIDER, PROVIDER),
    "provider-template-preview": Page(
        "/provider/templates/preview/", (404, 405, 404, 404, 404, 302), PROVIDER, snippet=True
    ),
    "provider-template": Page(provided, PROVIDER, PROVIDER),
    "provider-template-remove": Page(
        lambda people: provided(people, "remove/"), PROVIDER, (404, 302, 404, 404, 404, 302)
    ),
}
