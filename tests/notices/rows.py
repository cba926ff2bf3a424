"""Rows of alerting for tests, each by one call."""

from typing import Any, TypeVar

from callpoint.directory.models import Organization
from callpoint.directory.models.base import RecordedModel
from callpoint.notices.models import Group, Recipient, Screen, Subscription, Template

Row = TypeVar("Row", bound=RecordedModel)


def recipient(organization: Organization, name: str = "Guard", **values: Any) -> Recipient:
    """An e-mail recipient of that name."""
    row = Recipient(organization=organization, channel="email", address=f"{name.lower()}@acme.example", name=name)
    return saved(row, values)


def group(organization: Organization, name: str = "Desk", *members: Recipient, **values: Any) -> Group:
    return saved(Group(organization=organization, name=name, members=[one.pk for one in members]), values)


def subscription(organization: Organization, name: str = "911 calls", *groups: Group, **values: Any) -> Subscription:
    """For emergencies, its groups a minute apart."""
    steps = [{"after_seconds": 60 * index, "group": one.pk} for index, one in enumerate(groups)]
    return saved(Subscription(organization=organization, name=name, type="emergency", steps=steps), values)


def template(organization: Organization | None, name: str = "Short", **values: Any) -> Template:
    row = Template(organization=organization, name=name, type="emergency", channel="sms", body="{{ person }}")
    return saved(row, values)


def screen(organization: Organization, name: str = "Gate", **values: Any) -> Screen:
    return saved(Screen(organization=organization, name=name, start="abc", digest=name.ljust(64, "0")[:64]), values)


def saved(row: Row, values: dict[str, Any]) -> Row:
    for key, value in values.items():
        setattr(row, key, value)
    row.save()
    return row
