"""Every operation of the published description, with something to ask it with."""

import json
from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone
from tests.directory.cast import MONTPELIER, Cast
from tests.notices import rows

from callpoint.directory import provision
from callpoint.directory.editing.tokens import make_token
from callpoint.directory.models import ImportRun, Membership, SignOnProvider, Trunk, acting
from callpoint.directory.scopes import SCOPES, Scope
from callpoint.directory.tenancy import everywhere
from callpoint.notices.models import Delivery, MonitorPhone


@dataclass(frozen=True)
class Operation:
    """One method of one path, as described; `scope` is the one it needs."""

    name: str
    method: str
    path: str
    scope: Scope
    multipart: bool
    has_body: bool

    @property
    def of_organization(self) -> bool:
        return "{slug}" in self.path

    def at(self, keys: dict[str, Any]) -> str:
        return self.path.format(**keys)


def description() -> dict[str, Any]:
    """As it is served."""
    found: dict[str, Any] = Client().get("/api/v1/openapi.json").json()
    return found


def operations() -> list[Operation]:
    """All of them, in the order of the description."""
    return [
        _operation(method, path, said)
        for path, methods in description()["paths"].items()
        for method, said in methods.items()
    ]


def _operation(method: str, path: str, said: dict[str, Any]) -> Operation:
    (scope,) = [one for one in Scope if f"`{one}`" in said["description"]]
    kinds = said.get("requestBody", {}).get("content", {})
    return Operation(said["operationId"], method.upper(), path, scope, "multipart/form-data" in kinds, bool(kinds))


def keys_of(people: Cast) -> dict[str, Any]:
    """For each name in a path an object of acme's, or of the provider's."""
    with everywhere(), acting("test", "setting up"):
        run = ImportRun.objects.create(organization=people.acme, kind="users", file_name="users.csv", by="test")
        sign_on = SignOnProvider(organization=people.acme, key="acme-sso", name="Acme", kind="oidc")
        sign_on.save()
        role = Membership.objects.get(account=people.auditor)
        trunk = Trunk.objects.get(organization=people.acme)
        shared = provision.create_trunk(
            "everybody", None, source_networks=["198.51.100.0/24"], organization_header="X-Org"
        )
        token, _secret = make_token(people.provider_administrator, None, "other program", ["provider:read"], None)
        root = Membership.objects.get(account=people.provider_administrator)
        home = provision.create_home(people.ada, MONTPELIER)
    return {
        "slug": "acme",
        "person_id": people.ada.pk,
        "home_id": home.pk,
        "building_id": people.building.pk,
        "location_id": people.desk.pk,
        "run_id": run.pk,
        "trunk_id": trunk.pk,
        "provider_trunk_id": shared.pk,
        "provider_token_id": token.pk,
        "administrator_id": root.pk,
        "membership_id": role.pk,
        "provider_id": sign_on.pk,
        "psap_id": people.psap.pk,
        "number": 1,
    } | _keys_of_alerts(people)


def _keys_of_alerts(people: Cast) -> dict[str, Any]:
    with everywhere(), acting("test", "setting up"):
        webhook = rows.recipient(people.acme, "Robot", channel="webhook", address="https://hooks.acme.example/x")
        group = rows.group(people.acme, "Desk", webhook)
        subscription = rows.subscription(people.acme, "911 calls", group)
        phone = MonitorPhone(organization=people.acme, name="Patrol", number="+18025550142")
        phone.save()
        delivery = Delivery.objects.create(
            organization=people.acme, key="c/1/0/1", alert="c", call_id="c", type="emergency", recipient="Robot",
            channel="webhook", queued_at=timezone.now(),
        )  # fmt: skip
        return {
            "recipient_id": webhook.pk,
            "group_id": group.pk,
            "subscription_id": subscription.pk,
            "template_id": rows.template(people.acme, "Acme's words").pk,
            "provider_template_id": rows.template(None, "Everybody's words").pk,
            "screen_id": rows.screen(people.acme).pk,
            "phone_id": phone.pk,
            "delivery_id": delivery.pk,
        }


def allowed_but(scope: Scope) -> list[str]:
    """Every scope but this one."""
    return [one.value for one in SCOPES if one is not scope]


def body_of(operation: Operation) -> str | None:
    """A body that is read: what is in it does not matter to whom it is refused."""
    return json.dumps({}) if operation.has_body and not operation.multipart else None
