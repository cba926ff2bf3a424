"""The other resources: each is read, and what may be written is written and comes back."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from tests.directory.cast import Cast
from tests.web.api.conftest import ACME, Program, ProgramOf

from callpoint.calls.models import CallRecord
from callpoint.directory.models import Change, ImportRun, Readiness, SignOnProvider, acting
from callpoint.directory.models.chain import digest as digest_of
from callpoint.directory.tenancy import everywhere

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def names(answer: Any, field: str) -> list[Any]:
    assert answer.status_code == 200, answer.content
    return [one[field] for one in answer.json()["items"]]


def test_calls(admin: Program, people: Cast) -> None:
    with everywhere():
        for number, (organization, dialled) in enumerate(
            ((people.acme, "911"), (people.acme, "933"), (people.other, "911"), (None, "911"))
        ):
            CallRecord.objects.create(
                organization=organization,
                call_id=f"c{number}",
                started_at=AT + timedelta(minutes=number),
                dialled=dialled,
                identity="E1",
                unregistered=dialled == "911",
            )
    assert names(admin.get("calls"), "call_id") == ["c1", "c0"]
    assert names(admin.get("calls?order=oldest"), "call_id") == ["c0", "c1"]
    assert names(admin.get("calls?dialled=933"), "call_id") == ["c1"]
    assert names(admin.get("calls?unregistered=true&identity=E1"), "call_id") == ["c0"]
    assert names(admin.get("calls?since=2026-11-23T02:01:00Z"), "call_id") == ["c1"]
    assert names(admin.get("calls?until=2026-11-23T02:01:00Z"), "call_id") == ["c0"]
    first = admin.get("calls?limit=1")
    assert names(admin.get(first.json()["next"].removeprefix("http://testserver")), "call_id") == ["c0"]
    assert admin.get("calls?limit=1&order=oldest&cursor=" + first.json()["next"].split("cursor=")[1]).status_code == 422
    one = admin.get("calls").json()["items"][0]
    assert admin.get(f"calls/{one['id']}").json() == one


def test_readiness(admin: Program, people: Cast) -> None:
    with everywhere():
        Readiness.objects.create(
            person=people.bob, organization=people.acme, state=Readiness.State.NO_LOCATION, computed_at=AT
        )
    document = admin.get("readiness").json()
    assert (document["people"], document["active"]) == (2, 1)
    assert document["categories"]["no_location"] == document["categories"]["pending"] == 1
    assert sum(document["categories"].values()) == 2


def test_the_explanation_of_one_person(admin: Program, people: Cast, published: object) -> None:
    document = admin.get(f"people/{people.ada.pk}/explanation").json()
    assert document["sentence"] == "A 911 call would go directly to Montpelier dispatch."
    assert document["location"]["formatted"].startswith("115 State Street")
    assert document["callback_number"] == "+18025550101"
    assert [target["kind"] for target in document["targets"]] == ["psap", "relay_center"]
    lost = admin.get(f"people/{people.bob.pk}/explanation").json()
    assert lost["location"] is None
    assert "no location is registered" in lost["sentence"]
    assert "no_location" in {reason["code"] for reason in lost["reasons"]}


def test_the_history_with_its_chain(admin: Program, people: Cast) -> None:
    admin.patch(f"people/{people.ada.pk}", {"first_name": "Augusta"})
    entries = admin.get("audit").json()["items"]
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    assert all(later["previous"] == earlier["digest"] for earlier, later in pairwise(entries))
    (last,) = admin.get("audit?order=newest&limit=1").json()["items"]
    assert (last["before"], last["after"]) == ({"first_name": "Ada"}, {"first_name": "Augusta"})
    assert admin.get(f"audit/{last['number']}").json() == last
    with everywhere():
        row = Change.objects.filter(chain=people.acme.pk, number=last["number"]).values().get()
    assert digest_of(row) == last["digest"]
    about = admin.get(f"audit?model=person&object_id={people.ada.pk}").json()["items"]
    assert [entry["action"] for entry in about] == ["created", "changed"]
    assert names(admin.get(f"audit?who={last['who'].replace(' ', '%20')}"), "number") == [last["number"]]
    assert admin.get("audit/999999").status_code == 404


def test_trunks(admin: Program) -> None:
    body = {"name": "acme SBC", "digest_username": "sbc", "digest_password": "a good long password"}
    made = admin.post("trunks", body)
    assert made.status_code == 201, made.content
    assert made.json()["digest_password_set"] is True
    assert 'password":' not in made.content.decode().replace("digest_password_set", "")
    path = made.headers["Location"]
    networks = ["198.51.100.0/24", "203.0.113.7"]
    changed = admin.patch(path, {"source_networks": networks, "location_trusted": True}).json()
    assert changed["source_networks"] == networks
    assert changed["location_trusted"] is True
    assert names(admin.get("trunks"), "name") == ["acme trunk", "acme SBC"]
    assert admin.delete(path).status_code == 204
    assert admin.post("trunks", {"name": "Bare"}).status_code == 422


def test_organizations_and_settings(root: Program, admin: Program) -> None:
    made = root.post("/api/v1/organizations", {"name": "Nord Électrique", "country": "CA", "language": "fr-ca"})
    assert made.status_code == 201, made.content
    assert made.headers["Location"] == "/api/v1/organizations/nord-electrique"
    path = made.headers["Location"]
    assert root.patch(path, {"status": "active", "unregistered_fee": "75.50"}).json()["unregistered_fee"] == "75.50"
    assert root.patch(path, {"unregistered_fee": None}).json()["unregistered_fee"] is None
    assert root.post("/api/v1/organizations", {"name": "X", "slug": "acme"}).status_code == 422
    assert admin.get(path).status_code == 404
    assert admin.post("/api/v1/organizations", {"name": "X"}).status_code == 403
    assert admin.get("/api/v1/organizations/acme").json()["name"] == "Acme"
    changed = admin.patch("settings", {"time_zone": "America/Chicago", "welcome_people": True}).json()
    assert (changed["time_zone"], changed["welcome_people"]) == ("America/Chicago", True)
    assert changed["welcome_since"]
    assert admin.patch("settings", {"time_zone": "Mars"}).status_code == 422
    assert admin.patch("settings", {"status": "active"}).status_code == 422


def test_administrators(admin: Program, mailoutbox: list[Any]) -> None:
    made = admin.post("administrators", {"email": "Dana@acme.example", "role": "auditor", "name": "Dana"})
    assert made.status_code == 201, made.content
    assert made.json() | {"id": 0} == {
        "id": 0,
        "email": "dana@acme.example",
        "name": "Dana",
        "role": "auditor",
        "invited": True,
    }
    path = made.headers["Location"]
    assert admin.patch(path, {"role": "security"}).json()["role"] == "security"
    assert admin.post("administrators", {"email": "dana@acme.example", "role": "auditor"}).status_code == 422
    assert admin.post("administrators", {"email": "x@y.example", "role": "provider_administrator"}).status_code == 422
    assert admin.delete(path).status_code == 204
    listed = admin.get("administrators").json()["items"]
    (last,) = [one["id"] for one in listed if one["role"] == "organization_administrator"]
    assert "last administrator" in admin.delete(f"administrators/{last}").json()["errors"][0]["detail"]


def test_tokens_are_listed_without_their_secret(admin: Program, program_of: ProgramOf) -> None:
    other = program_of("auditor", "people:read")
    (mine, theirs) = admin.get("tokens").json()["items"]
    assert (mine["made_by"], theirs["made_by"]) == ("admin@acme.example", "auditor@acme.example")
    assert theirs["scopes"] == ["people:read"]
    assert admin.delete(f"tokens/{other.token.pk}").status_code == 204
    assert admin.get(f"tokens/{other.token.pk}").json()["revoked_at"]
    assert admin.secret not in admin.get("tokens").content.decode()


def test_identity_providers_without_their_secrets(admin: Program, people: Cast) -> None:
    with everywhere(), acting("test", "setting up"):
        settings = {"client_id": "cp", "client_secret": "not to be seen"}
        SignOnProvider(organization=people.acme, key="sso", name="Acme", kind="oidc", settings=settings).save()
    answer = admin.get("sign-on-providers")
    assert names(answer, "key") == ["sso"]
    assert "not to be seen" not in answer.content.decode()
    assert admin.get(f"sign-on-providers/{answer.json()['items'][0]['id']}").json() == answer.json()["items"][0]


def test_what_belongs_to_the_provider(root: Program) -> None:
    api = "/api/v1"
    assert root.patch(f"{api}/provider", {"name": "North 911", "unregistered_fee": "90"}).json()["name"] == "North 911"
    targets = [{"uri": "sip:911@a.example", "profile": "i3"}, {"uri": "sip:911@b.example", "profile": "carrier"}]
    assert root.put(f"{api}/relay-center", {"targets": targets}).json()["targets"] == targets
    assert root.put(f"{api}/relay-center", {"targets": []}).status_code == 422
    made = root.post(f"{api}/psaps", {"name": "Barre", "targets": targets})
    assert made.status_code == 201, made.content
    assert root.get(made.headers["Location"]).json()["targets"] == targets
    assert root.patch(made.headers["Location"], {"targets": [{"uri": "tel:911"}]}).status_code == 422
    route = root.post(f"{api}/routes", {"country": "US", "a1": "VT", "a3": "Barre", "psap": "Barre"})
    assert route.status_code == 201, route.content
    assert names(root.get(f"{api}/routes"), "psap") == ["Montpelier dispatch", "Barre"]
    assert root.delete(made.headers["Location"]).status_code == 422
    assert root.delete(route.headers["Location"]).status_code == 204
    assert root.delete(made.headers["Location"]).status_code == 204
    assert root.get(f"{api}/data-sets").json() == {"items": [], "problems": []}


@pytest.fixture
def upload(admin: Program) -> Any:
    def send(content: bytes, kind: str = "users", name: str = "users.csv") -> Any:
        headers = {"Authorization": f"Bearer {admin.secret}"}
        body = {"kind": kind, "file": SimpleUploadedFile(name, content)}
        return Client().post(f"{ACME}/imports", body, headers=headers)

    return send


def test_a_file_is_uploaded_and_its_columns_confirmed(admin: Program, upload: Any) -> None:
    made = upload(b"Employee ID,First Name\nE1,Ada\nE7,Grace\n")
    assert made.status_code == 201, made.content
    assert (made.json()["state"], made.json()["file_name"]) == ("uploaded", "users.csv")
    path = made.headers["Location"]
    shape = admin.get(f"{path}/shape").json()
    assert (shape["rows"], shape["mapping"]["device_user_id"]) == (2, "Employee ID")
    assert admin.get(f"{path}/progress").json() == {"state": "uploaded", "progress": None}
    assert admin.get(f"{path}/rows").status_code == 409
    assert admin.post(f"{path}/accept", {}).status_code == 409
    assert admin.put(f"{path}/columns", {"mapping": {"nonsense": "First Name"}}).status_code == 422
    confirmed = admin.put(f"{path}/columns", {"mapping": shape["mapping"]})
    assert (confirmed.status_code, confirmed.json()["state"]) == (200, "comparing")
    assert admin.ask("POST", f"{path}/cancel").json()["state"] == "cancelled"
    assert admin.ask("POST", f"{path}/undo").status_code == 409
    assert names(admin.get("imports"), "state") == ["cancelled"]


def test_an_upload_of_nothing_known(admin: Program, upload: Any) -> None:
    assert upload(b"x", kind="pigeons").status_code == 422
    headers = {"Authorization": f"Bearer {admin.secret}"}
    assert Client().post(f"{ACME}/imports", {"kind": "users"}, headers=headers).status_code == 422
    with everywhere():
        assert not ImportRun.objects.exists()


def test_everything_is_read_as_of_now(admin: Program) -> None:
    assert timezone.now() - datetime.fromisoformat(admin.get("audit").json()["items"][-1]["at"]) < timedelta(minutes=5)
