"""What is loaded, what is wrong with it, what it changed, and what is missing before a first call."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client, override_settings
from tests.directory.cast import Cast

from callpoint.calls.models import Alarm, CallRecord
from callpoint.datasets.boundary_build import load_boundaries
from callpoint.datasets.loading import LoadRequest
from callpoint.directory.models import Change, FixedRoute, RemappedAddress, Remapping, Target, Trunk, acting
from callpoint.directory.tenancy import everywhere
from callpoint.ops.sample_data import build_sample_sets
from callpoint.web.portal.provider.overview import steps

ClientOf = Callable[[str], Client]
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WKT = "POLYGON((-72.6 44.2,-72.5 44.2,-72.5 44.3,-72.6 44.3,-72.6 44.2))"


@pytest.fixture
def provider(client_of: ClientOf) -> Client:
    return client_of("provider_administrator")


@pytest.fixture
def sets(data: Path) -> Path:
    build_sample_sets(data / "datasets")
    return data / "datasets"


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_loaded(provider: Client, sets: Path) -> None:
    page = page_of(provider, "/provider/data-sets/")
    assert "Address points" in page
    assert "PSAP boundaries" in page
    assert "14 points" in page
    assert page.count(">sample</span>") == 2
    assert f"callpoint data load KIND FILE --data {sets.parent} [--name NAME]" in page


def test_without_any(provider: Client) -> None:
    page = page_of(provider, "/provider/data-sets/")
    assert "Nothing is loaded yet" in page
    assert "No sets have been exchanged yet" in page


def test_a_file_that_cannot_be_read_is_told(provider: Client, sets: Path) -> None:
    (sets / "roads").mkdir()
    (sets / "roads" / "broken.sqlite").write_bytes(b"no data set")
    page = page_of(provider, "/provider/data-sets/")
    assert "broken.sqlite cannot be read" in page
    assert "14 points" in page
    assert provider.get("/provider/data-sets/roads/broken/").status_code == 404


def test_rows_that_were_wrong_and_planned_changes(provider: Client, data: Path, tmp_path: Path) -> None:
    file = tmp_path / "psaps.csv"
    file.write_text(
        "NGUID,DsplayName,ServiceURI,ServiceURN,Agency_ID,Effective,WKT\n"
        f'1,Montpelier,sip:911@m.example,urn:service:sos,m.example,2100-01-01T00:00:00Z,"{WKT}"\n'
        "2,Broken,sip:911@b.example,urn:service:sos,b.example,,nothing\n"
    )
    load_boundaries(LoadRequest("psaps", file, "vermont", data / "datasets"))
    page = page_of(provider, "/provider/data-sets/psaps/vermont/")
    assert "Rows that were wrong" in page
    assert "2 read, 1 loaded, 1 rejected" in page
    assert "Planned changes" in page
    assert "Jan. 1, 2100" in page


def test_taking_one_away_is_kept_in_the_history(provider: Client, sets: Path) -> None:
    page = page_of(provider, "/provider/data-sets/psaps/sample/")
    assert "then their calls go to the relay center" in page
    assert "data-confirm=" in page
    answer = provider.post("/provider/data-sets/psaps/sample/", follow=True)
    assert "psaps/sample is removed" in answer.content.decode()
    assert not (sets / "psaps" / "sample.sqlite").exists()
    assert (sets / "address-points" / "sample.sqlite").exists()
    with everywhere():
        noted = Change.objects.get(model="dataset")
    assert noted.after["removed"] == "psaps/sample"
    assert noted.who == "root@provider.example"
    assert provider.post("/provider/data-sets/psaps/sample/").status_code == 404


@pytest.mark.parametrize("address", ["psaps/none", "elsewhere/sample", "psaps/..", "address-points/callpoint"])
def test_no_way_out_of_the_folder(provider: Client, sets: Path, address: str) -> None:
    assert provider.post(f"/provider/data-sets/{address}/").status_code == 404


def test_what_exchanging_sets_changed(provider: Client, people: Cast) -> None:
    run = Remapping.objects.create(
        started_at=NOW, why="data sets were exchanged", as_of=NOW, examined=1234, changed=1, boundary_sets=[["vt", "7"]]
    )
    with everywhere():
        RemappedAddress.objects.create(
            remapping=run,
            organization=people.acme,
            address=people.building.address,
            what="doubted",
            before="",
            after="x",
        )
    page = page_of(provider, "/provider/data-sets/")
    assert "under way" in page
    assert "1,234" in page
    page = page_of(provider, f"/provider/data-sets/changes/{run.pk}/")
    assert "vt 7" in page
    assert "115 State Street" in page
    assert "not found" in page
    assert "/organizations/acme/" in page


def state() -> dict[str, bool]:
    with everywhere():
        return {str(step.need.title): step.done for step in steps()}


def test_what_is_missing_for_the_first_call(people: Cast, data: Path) -> None:
    assert state() == {
        "Relay center": True,
        "Who answers where": True,
        "A PSAP that can be dialled": True,
        "Addresses to check against": False,
        "A name of this service": False,
        "An organization": True,
        "A trunk": True,
        "A first 933 call": False,
    }
    with everywhere(), acting("test", "taking away"):
        for row in (*Target.objects.all(), *FixedRoute.objects.all(), *Trunk.objects.all()):
            row.delete()
        for organization in (people.acme, people.other):
            organization.sample = True
            organization.save()
    assert not any(state().values())
    build_sample_sets(data / "datasets")
    assert not any(state().values())  # samples route no real call and confirm no real address
    with everywhere():
        CallRecord.objects.create(call_id="1", started_at=NOW, service="read_back", answered_at=NOW)
    with override_settings(SIP_HOST_NAME="sip.vermont.example"):
        assert (state()["A first 933 call"], state()["A name of this service"]) == (True, True)


def test_the_overview(provider: Client, people: Cast) -> None:
    with everywhere():
        Alarm.objects.create(journal="node/1", seq=1, at=NOW, alarm="disk", text="The disk is full.")
        Alarm.objects.create(journal="node/1", seq=2, at=NOW, alarm="x", text="Long over.", cleared_at=NOW)
    page = page_of(provider, "/provider/")
    assert "The disk is full." in page
    assert "Long over." not in page
    assert "callpoint doctor" in page
    assert 'aria-current="page">Overview' in page
