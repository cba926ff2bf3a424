"""Two stories over real HTTP, and the manual's examples, run as they stand."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pytest_django.live_server_helper import LiveServer
from tests.directory import cast
from tests.directory.cast import Cast
from tests.web.api.conftest import Program, program

from callpoint.directory.models import Account
from callpoint.directory.tenancy import everywhere

pytestmark = pytest.mark.django_db(transaction=True)
MANUAL = Path(__file__).resolve().parents[3] / "docs" / "api.md"


@pytest.fixture
def people() -> Cast:
    with everywhere():
        return cast.build()


def talking(server: LiveServer, by: Program) -> httpx.Client:
    headers = {"Authorization": f"Bearer {by.secret}"}
    return httpx.Client(base_url=f"{server.url}/api/v1/", headers=headers, timeout=60)


@pytest.fixture
def root(people: Cast, live_server: LiveServer) -> Iterator[httpx.Client]:
    with talking(live_server, program(people, "provider_administrator", provider=True)) as client:
        yield client


def done(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def test_a_provider_creates_an_organization_and_its_administrator(
    root: httpx.Client, people: Cast, live_server: LiveServer, mailoutbox: list[Any]
) -> None:
    made = root.post("organizations", json={"name": "Maple Insurance", "country": "CA", "time_zone": "America/Toronto"})
    assert done(made, 201)["slug"] == "maple-insurance"
    path = made.headers["Location"].removeprefix("/api/v1/")
    appointed = done(root.post(f"{path}/administrators", json={"email": "dana@maple.example", "name": "Dana"}), 201)
    assert (appointed["role"], appointed["invited"]) == ("organization_administrator", True)
    assert [mail.to for mail in mailoutbox] == [["dana@maple.example"]]
    assert Account.objects.get(email="dana@maple.example").must_change_password
    assert done(root.patch(path, json={"status": "active"}))["status"] == "active"
    (noted,) = [entry for entry in done(root.get(f"{path}/audit"))["items"] if entry["model"] == "membership"]
    assert noted["who"] == "token provider_administrator's program of root@provider.example"
    assert noted["origin"] in ("127.0.0.1", "::1")
    slugs = [one["slug"] for one in done(root.get("organizations"))["items"]]
    assert slugs == ["acme", "other", "maple-insurance"]
    with talking(live_server, program(people, "organization_administrator")) as acme:
        assert done(acme.get(f"{path}/administrators"), 404)["type"].endswith("not-found")


def test_a_token_loads_an_organization_and_reads_who_is_ready(
    people: Cast, live_server: LiveServer, published: Callable[[], None]
) -> None:
    with talking(live_server, program(people, "organization_administrator")) as acme:
        address = {"country": "US", "A1": "VT", "A3": "Barre", "HNO": "9", "RD": "Main", "STS": "Street", "PC": "05641"}
        judged = done(acme.post("organizations/acme/addresses:validate", json={"address": address}))
        assert judged["status"] == "area"
        building = done(acme.post("organizations/acme/buildings", json={"name": "Annex", "address": address}), 201)
        spot = {"building": building["id"], "name": "Call floor", "floor": "3"}
        location = done(acme.post("organizations/acme/locations", json=spot), 201)
        batch = [
            {
                "device_user_id": f"M{number}",
                "callback_number": f"+1802555{number:04}",
                "assigned_location": location["id"],
            }
            for number in range(100, 350)
        ]
        loaded = done(
            acme.put("organizations/acme/people:batch", json={"items": batch}, headers={"Idempotency-Key": "load-1"})
        )
        assert loaded["created"] == 250
        again = acme.put(
            "organizations/acme/people:batch", json={"items": batch}, headers={"Idempotency-Key": "load-1"}
        )
        assert (done(again), again.headers["Idempotency-Replayed"]) == (loaded, "true")
        seen: list[str] = []
        page = acme.get("organizations/acme/people", params={"limit": 100, "building": building["id"]})
        while True:
            seen += [person["device_user_id"] for person in done(page)["items"]]
            if "next" not in page.links:
                break
            page = acme.get(page.links["next"]["url"])
        assert seen == [item["device_user_id"] for item in batch]
        published()
        counted = done(acme.get("organizations/acme/readiness"))
        assert counted["people"] == 252
        explained = done(acme.get(f"organizations/acme/people/{loaded['items'][0]['id']}/explanation"))
        assert explained["location"]["formatted"].startswith("9 Main Street, Floor 3, Barre")
        assert explained["sentence"] == "A 911 call would go directly to Montpelier dispatch."
        assert explained["callback_number"] == "+18025550100"


def test_the_manual_s_examples(people: Cast, live_server: LiveServer, tmp_path: Path) -> None:
    if shutil.which("curl") is None:
        pytest.skip("no curl here: the manual's examples were not run")
    examples = re.findall(r"```sh\n(.*?)```(?:\n\n```json\n(.*?)```)?", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) >= 9
    token = program(people, "organization_administrator").secret
    environment = {"PATH": os.environ["PATH"], "CALLPOINT": live_server.url, "TOKEN": token, "no_proxy": "*"}
    for script, expected in examples:
        run = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert run.returncode == 0, f"{script}\n{run.stdout}\n{run.stderr}"
        assert run.stdout, script
        if expected:
            assert json.loads(run.stdout) == json.loads(expected)
