"""What belongs to the whole installation: its trunks, its administrators, its tokens, its history, its routes."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from tests.directory.cast import Cast
from tests.web.api.conftest import Program, ProgramOf

from callpoint.directory.models import Change, Trunk
from callpoint.directory.models.chain import digest as digest_of
from callpoint.directory.tenancy import everywhere

PROVIDER = "/api/v1/provider"
TRUNKS = f"{PROVIDER}/trunks"
ADMINISTRATORS = f"{PROVIDER}/administrators"
TOKENS = f"{PROVIDER}/tokens"
AUDIT = f"{PROVIDER}/audit"
ROUTES = "/api/v1/routes"
SBC = {"name": "everybody", "source_networks": ["198.51.100.0/24"], "organization_header": "X-Organization"}


def told(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {one["field"]: one["detail"] for one in answer.json()["errors"]}


def names(answer: Any, field: str = "name") -> list[Any]:
    assert answer.status_code == 200, answer.content
    return [one[field] for one in answer.json()["items"]]


def test_a_provider_wide_trunk_from_beginning_to_end(root: Program) -> None:
    made = root.post(TRUNKS, SBC)
    assert made.status_code == 201, made.content
    path = made.headers["Location"]
    assert path == f"{TRUNKS}/{made.json()['id']}"
    document = made.json()
    assert (document["organization_header"], document["digest_password_set"]) == ("X-Organization", False)
    changed = root.patch(path, {"digest_username": "sbc", "digest_password": "a good long password"})
    assert changed.json() == document | {"digest_username": "sbc", "digest_password_set": True}
    assert "good long" not in changed.content.decode()
    assert root.patch(path, {"misdial": "reject"}, If_Match=made.headers["ETag"]).status_code == 412
    assert names(root.get(TRUNKS)) == ["everybody"]
    assert root.delete(path, If_Match=changed.headers["ETag"]).status_code == 204
    assert root.get(path).status_code == 404


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"organization_header": ""}, "organization_header"),
        ({"organization_header": "Via"}, "organization_header"),
        ({"source_networks": []}, ""),
        ({"source_networks": ["everywhere"]}, "source_networks"),
        ({"name": "acme trunk"}, "name"),
        ({"source_networks": ["192.0.2.0/25"]}, "source_networks"),
        ({"organisation_header": "X"}, "organisation_header"),
    ],
)
def test_a_provider_wide_trunk_that_is_refused(root: Program, values: dict[str, Any], field: str) -> None:
    assert field in told(root.post(TRUNKS, SBC | values))
    with everywhere():
        assert list(Trunk.objects.values_list("name", flat=True)) == ["acme trunk"]


def test_who_knows_what_it_does_may_let_networks_overlap(root: Program) -> None:
    within_acmes = {"source_networks": ["192.0.2.0/25"]}
    made = root.post(TRUNKS, SBC | within_acmes | {"may_overlap": True})
    assert made.status_code == 201, made.content
    path = made.headers["Location"]
    assert "source_networks" in told(root.patch(path, {"location_trusted": True}))
    assert root.patch(path, {"location_trusted": True, "may_overlap": True}).json()["location_trusted"] is True


def test_the_two_kinds_of_trunk_are_not_mixed(root: Program, people: Cast) -> None:
    shared = root.post(TRUNKS, SBC).json()["id"]
    with everywhere():
        own = Trunk.objects.get(organization=people.acme).pk
    assert root.get(f"trunks/{shared}").status_code == 404
    assert root.get(f"{TRUNKS}/{own}").status_code == 404
    assert root.delete(f"{TRUNKS}/{own}").status_code == 404
    assert names(root.get("trunks")) == ["acme trunk"]


def test_provider_administrators_come_and_go(
    root: Program, mailoutbox: list[Any], django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = root.post(ADMINISTRATORS, {"email": "Sam@provider.example", "name": "Sam"})
    assert made.status_code == 201, made.content
    assert made.json() | {"id": 0} == {
        "id": 0,
        "email": "sam@provider.example",
        "name": "Sam",
        "role": "provider_administrator",
        "invited": True,
    }
    assert [mail.to for mail in mailoutbox] == [["sam@provider.example"]]
    path = made.headers["Location"]
    assert names(root.get(ADMINISTRATORS), "email") == ["root@provider.example", "sam@provider.example"]
    assert "role" in told(root.post(ADMINISTRATORS, {"email": "x@y.example", "role": "auditor"}))
    assert "has a role here already" in told(root.post(ADMINISTRATORS, {"email": "sam@provider.example"}))["email"]
    assert root.delete(path, If_Match='"other"').status_code == 412
    assert root.delete(path, If_Match=root.get(path).headers["ETag"]).status_code == 204
    assert root.get(path).status_code == 404


def test_the_last_provider_administrator_stays(root: Program) -> None:
    (last,) = names(root.get(ADMINISTRATORS), "id")
    assert "last provider administrator" in told(root.delete(f"{ADMINISTRATORS}/{last}"))[""]
    assert names(root.get(ADMINISTRATORS), "id") == [last]


def test_an_organization_s_administrator_is_none_of_the_provider_s(root: Program, people: Cast) -> None:
    for one in names(root.get("administrators"), "id"):
        assert root.get(f"{ADMINISTRATORS}/{one}").status_code == 404
        assert root.delete(f"{ADMINISTRATORS}/{one}").status_code == 404


def test_tokens_of_the_provider_are_listed_and_revoked(root: Program, admin: Program, program_of: ProgramOf) -> None:
    other = program_of("provider_administrator", "provider:read", provider=True)
    assert names(root.get(TOKENS), "id") == [root.token.pk, other.token.pk]
    assert other.get(PROVIDER).status_code == 200
    assert other.secret not in root.get(TOKENS).content.decode()
    assert root.get(f"{TOKENS}/{admin.token.pk}").status_code == 404
    assert root.delete(f"{TOKENS}/{other.token.pk}").status_code == 204
    assert root.get(f"{TOKENS}/{other.token.pk}").json()["revoked_at"]
    assert other.get(PROVIDER).status_code == 401
    assert root.delete(f"{TOKENS}/{root.token.pk}").status_code == 204
    assert root.get(TOKENS).status_code == 401


def test_the_history_of_the_installation_with_its_chain(root: Program, people: Cast) -> None:
    root.patch(PROVIDER, {"name": "North 911"})
    root.patch(f"people/{people.ada.pk}", {"first_name": "Augusta"})
    entries = root.get(AUDIT).json()["items"]
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    assert entries[0]["previous"] == "0" * 64
    assert all(later["previous"] == earlier["digest"] for earlier, later in pairwise(entries))
    assert "person" not in {entry["model"] for entry in entries}
    (last,) = root.get(f"{AUDIT}?model=provider&order=newest&limit=1").json()["items"]
    assert last["after"] == {"name": "North 911"}
    assert root.get(f"{AUDIT}/{last['number']}").json() == last
    with everywhere():
        row = Change.objects.filter(chain=0, number=last["number"]).values().get()
    assert digest_of(row) == last["digest"]
    about = root.get(f"{AUDIT}?model=provider&object_id={last['object_id']}")
    assert names(about, "action") == ["created", "changed"]
    assert root.get(f"{AUDIT}?model=person&object_id={people.ada.pk}").json()["items"] == []
    assert root.get(f"{AUDIT}/999999").status_code == 404


def test_the_installation_s_history_goes_on_from_the_last_cursor(root: Program) -> None:
    seen: list[int] = []
    page = root.get(f"{AUDIT}?limit=3")
    while page.json()["next"]:
        seen += names(page, "number")
        page = root.get(page.json()["next"].removeprefix("http://testserver"))
    seen += names(page, "number")
    with everywhere():
        assert seen == list(range(1, Change.objects.filter(chain=0).count() + 1))


def test_a_route_is_changed_in_what_is_given(root: Program) -> None:
    made = root.post(ROUTES, {"country": "US", "a1": "NH", "a3": "Lebanon", "psap": "Montpelier dispatch"})
    path = made.headers["Location"]
    seen = made.headers["ETag"]
    wider = root.patch(path, {"a3": ""}, If_Match=seen)
    assert wider.json() == made.json() | {"a3": ""}
    assert root.patch(path, {"a1": "ME"}, If_Match=seen).status_code == 412
    assert root.patch(path, {"a1": "new hampshire"}).json()["a1"] == "NH"
    assert "psap" in told(root.patch(path, {"psap": "Nowhere"}))
    assert "country" in told(root.patch(path, {"country": "MX", "a1": ""}))
    assert "already" in told(root.patch(path, {"a1": "VT"}))[""]
    assert root.patch(path, {"a1": ""}).json() == made.json() | {"a1": "", "a3": ""}


@pytest.mark.parametrize("path", [TRUNKS, ADMINISTRATORS, TOKENS, AUDIT, ROUTES])
def test_an_organization_s_token_reaches_none_of_it(admin: Program, path: str) -> None:
    answer = admin.get(path)
    assert answer.status_code == 403
    assert "provider" in answer.json()["detail"]
