"""prepare, import and explain as an operator runs them: the program itself, on a data directory of its own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from callpoint.i3.civic import Civic
from callpoint.ops.config_source import load
from callpoint.ops.explain_command import plan_for
from callpoint.ops.installation import sample_is_published
from callpoint.ops.sample import psap_uri, relay_uri
from callpoint.routing.records import Identity, LocationRecord, Organization, Provider, Psap, Target, Trunk
from callpoint.snapshot.changes import Put
from callpoint.snapshot.writer import SnapshotWriter

USERS = "Employee ID,First Name,Last Name,Email,Callback Number\nT1,Ann,Lee,ann@demo.example,+18025550111\n"


def run(data: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CALLPOINT_")}
    command = [sys.executable, "-m", "callpoint", *words, "--data", str(data)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=environment, cwd=data.parent, check=False
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample organization, prepared twice: the second time changes nothing."""
    folder = tmp_path_factory.mktemp("installation") / "data"
    for _ in range(2):
        done = run(folder, "prepare", "--sample")
        assert done.returncode == 0, done.stderr
    return folder


def test_prepare_makes_the_database_and_keeps_one_password(data: Path) -> None:
    assert (data / "callpoint.db").is_file()
    assert len((data / "admin-password").read_text().strip()) >= 32


def test_users_are_imported_once_tried_first_and_wrong_rows_are_told(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_text(USERS)
    words = ("import", "users", str(file), "--org", "demo")
    counts: list[Any] = []
    for more in (("--dry-run",), (), ()):
        done = run(data, *words, "--json", *more)
        assert done.returncode == 0, done.stderr
        result = json.loads(done.stdout)
        counts.append((result["new"], result["unchanged"], result["written"]))
    assert counts == [(1, 0, False), (1, 0, True), (0, 1, True)]

    file.write_text(USERS + "T2,Bob,Ray,no address,not a number\n")
    done = run(data, *words)
    assert done.returncode == 1
    assert "Nothing written" in done.stdout
    assert "row 3" in done.stderr


def test_locations_are_imported(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "locations.csv"
    file.write_text(
        "Building Name,Country,State,City,Street Address,Zip,Location Name,Floor\n"
        "HQ,US,VT,Montpelier,115 State Street,05633,Lobby,1\n"
    )
    done = run(data, "import", "locations", str(file), "--org", "demo")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 new" in done.stdout


def test_addresses_of_a_file_are_judged_by_the_data_sets(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "locations.csv"
    file.write_text(
        "Building Name,Country,State,City,Street Address,Zip\n"
        "A,US,VT,Montpelier,109 state st,05633\n"
        "B,US,VT,Montpelier,107 state st,05633\n"
    )
    words = ("import", "locations", str(file), "--org", "demo")
    done = run(data, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Not dispatchable: 1 of the rows" in done.stdout
    assert "warning: row 2, Street Address: sample is a sample" in done.stderr
    result = json.loads(run(data, *words, "--json").stdout)
    assert (result["unchanged"], result["not_dispatchable"], result["errors"]) == (2, 1, [])
    file.write_text("Building Name,Country,State,City,Street Address,Zip\nC,US,VT,Barre,PO Box 12,05641\n")
    done = run(data, *words)
    assert done.returncode == 1
    assert "row 2, Street Address: A post office box" in done.stderr


def test_a_damaged_data_set_stops_an_import_with_words(data: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(data, tmp_path / "data"))
    points = copy / "datasets" / "address-points" / "sample.sqlite"
    whole = points.read_bytes()
    points.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    file = tmp_path / "locations.csv"
    file.write_text("Building Name,Country,State,City,Street Address,Zip\nA,US,VT,Montpelier,109 state st,05633\n")
    done = run(copy, "import", "locations", str(file), "--org", "demo")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Load it again" in done.stderr


def test_an_unknown_organization_is_told_with_the_known_ones(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "users.csv"
    file.write_text(USERS)
    done = run(data, "import", "users", str(file), "--org", "nobody")
    assert done.returncode == 1
    assert "There is no organization 'nobody'." in done.stderr
    assert "Known are: demo." in done.stderr


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A snapshot as a worker would have published it: one person, one PSAP."""
    (tmp_path / "node").mkdir()
    psap = Psap("Town dispatch", (Target("Town dispatch", "sip:127.0.0.1:5070;transport=tcp", "i3", "psap"),))
    civic = Civic.from_fields({"country": "US", "A1": "VT", "A3": "Barre", "RD": "Main", "HNO": "6"})
    home = LocationRecord(
        "1", civic, None, "valid", "sample", psap, "fixed", "Manual", "person", "2026-11-01T00:00:00Z", "", ""
    )
    person = Identity(
        "demo", "device_user_id", "E1001", "Ada Martin", "", "en", "+18025550101", True, None, home, None, None, ()
    )
    relay = Target("Relay center", "sip:127.0.0.1:5072;transport=tcp", "i3", "relay_center")
    records = (
        Organization("demo", "Demo", "active", "US", "en", "America/New_York", False, "100.00", "USD"),
        Provider((relay,)),
        Trunk("SBC", "demo", ("127.0.0.1/32",)),
        person,
    )
    SnapshotWriter(tmp_path / "node" / "snapshot.db").apply([Put(record) for record in records])
    return tmp_path


def test_explain_tells_the_chain_and_names_a_near_miss(published: Path) -> None:
    done = run(published, "explain", "E1001")
    assert done.returncode == 0, done.stderr
    assert "Ada Martin" in done.stdout
    assert "Town dispatch" in done.stdout
    assert "A 911 call from here would go directly to Town dispatch." in done.stdout
    near = json.loads(run(published, "explain", "e1001", "--json").stdout)
    assert near["unregistered"] is True
    assert any("E1001" in reason["text"] for reason in near["reasons"])
    assert near["cost"] == "100.00"


def test_explain_uses_the_trunk_of_the_organization(published: Path) -> None:
    config = load(environment={}, data_dir=published)
    plan = plan_for(config, "demo", "E1001")
    assert any("X-Employee-ID" in reason.text for reason in plan.reasons)
    assert plan_for(config, "other", "E1001").unregistered


def test_the_sample_counts_as_published_only_for_the_ports_of_now(published: Path) -> None:
    config = load(environment={}, data_dir=published)
    assert psap_uri(config) == "sip:127.0.0.1:5070;transport=tcp"
    assert relay_uri(config) == "sip:127.0.0.1:5072;transport=tcp"
    assert sample_is_published(config)
    assert not sample_is_published(load(environment={}, data_dir=published, port_offset=1))
    assert not sample_is_published(load(environment={}, data_dir=published / "elsewhere"))
