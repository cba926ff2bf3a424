"""The provider's pages: for nobody but provider administrators, and others are not told that they exist."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from tests.directory.cast import Cast
from tests.web.pages import Page

from callpoint.calls.models import Stranger
from callpoint.directory import provision
from callpoint.directory.models import FixedRoute, Membership, Remapping, Trunk, acting
from callpoint.directory.tenancy import everywhere
from callpoint.ops.sample_data import build_sample_sets

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def route(people: Cast) -> str:
    return f"/provider/routes/{FixedRoute.objects.get().pk}/remove/"


def membership(people: Cast, what: str) -> str:
    """Of one who has been invited and has not come."""
    with everywhere(), acting("test", "setting up"):
        second = provision.create_administrator(None, "second@provider.example", "correct-horse-battery").account
        second.must_change_password = True
        second.save()
        return f"/provider/administrators/{Membership.objects.get(account=second).pk}/{what}/"


def trunk(people: Cast, rest: str = "") -> str:
    with everywhere(), acting("test", "setting up"):
        made = provision.create_trunk("wide", None, source_networks=["203.0.113.7"], organization_header="X-Org")
        return f"/provider/trunks/{Trunk.objects.get(pk=made.pk).pk}/{rest}"


def stranger(people: Cast, rest: str = "") -> str:
    found = Stranger.objects.create(
        source="198.51.100.7", why="unknown_source", method="INVITE", first_at=NOW, last_at=NOW
    )
    return f"/provider/strangers/{found.pk}/{rest}"


def remapping(people: Cast) -> str:
    run = Remapping.objects.create(started_at=NOW, why="data sets were exchanged", as_of=NOW)
    return f"/provider/data-sets/changes/{run.pk}/"


def data_set(people: Cast) -> str:
    build_sample_sets(Path(settings.DATA) / "datasets")
    return "/provider/data-sets/psaps/sample/"


ONLY = (404, 200, 404, 404, 404, 302)
MOVED = (404, 302, 404, 404, 404, 302)
POSTED = (404, 405, 404, 404, 404, 302)
PAGES = {
    "provider": Page("/provider/", ONLY),
    "organizations": Page("/provider/organizations/", ONLY),
    "organization-new": Page("/provider/organizations/new/", ONLY, ONLY),
    "organization-edit": Page("/provider/organizations/edit/acme/", ONLY, ONLY),
    "provider-administrators": Page("/provider/administrators/", ONLY, MOVED),
    "provider-administrator-remove": Page(lambda people: membership(people, "remove"), POSTED, MOVED),
    "provider-administrator-invite": Page(lambda people: membership(people, "invite"), POSTED, MOVED),
    "provider-settings": Page("/provider/settings/", ONLY, MOVED),
    "relay-center": Page("/provider/relay-center/", ONLY, ONLY),
    "psaps": Page("/provider/psaps/", ONLY),
    "psap-new": Page("/provider/psaps/new/", ONLY, ONLY),
    "psap": Page(lambda people: f"/provider/psaps/{people.psap.pk}/", ONLY, MOVED),
    "psap-remove": Page(lambda people: f"/provider/psaps/{people.psap.pk}/remove/", POSTED, MOVED),
    "routes": Page("/provider/routes/", ONLY, ONLY),
    "route-remove": Page(route, POSTED, MOVED),
    "provider-trunks": Page("/provider/trunks/", ONLY),
    "provider-trunk-new": Page("/provider/trunks/new/", ONLY, ONLY),
    "provider-trunk": Page(trunk, ONLY, ONLY),
    "provider-trunk-remove": Page(lambda people: trunk(people, "remove/"), ONLY, MOVED),
    "provider-trunk-check": Page(lambda people: trunk(people, "check/"), ONLY, snippet=True),
    "strangers": Page("/provider/strangers/", ONLY),
    "stranger": Page(stranger, ONLY),
    "stranger-forget": Page(lambda people: stranger(people, "forget/"), POSTED, MOVED),
    "data-sets": Page("/provider/data-sets/", ONLY),
    "data-set": Page(data_set, ONLY),
    "remapping": Page(remapping, ONLY),
}
