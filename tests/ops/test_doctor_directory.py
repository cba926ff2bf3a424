"""Snapshot, people and trunks, as a worker would have published them, whole and broken."""

import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.ops.doctor_cases import ADA, HOME, ORGANIZATION, PSAP, TRUNK, ids, one, publish, publish_all, subject

from callpoint.ops.config import Address
from callpoint.ops.doctor import directory_content, snapshot_file, sqlite_look, trunks
from callpoint.routing.records import Identity, Organization, Psap, Trunk

TLS = (Address("127.0.0.1", 5061),)


def changed(path: Path, statement: str, *values: Any) -> None:
    db = sqlite3.connect(path)
    with db:
        assert db.execute(statement, values).rowcount > 0
    db.close()


# --- snapshot


def test_a_good_snapshot_is_counted(tmp_path: Path) -> None:
    publish_all(tmp_path)
    fine = one(snapshot_file.look(subject(tmp_path)), "snapshot.fine")
    assert "1 person, 1 location" in fine.sentence


def test_no_snapshot_is_an_error_but_not_without_a_data_directory(tmp_path: Path) -> None:
    assert ids(snapshot_file.look(subject(tmp_path))) == ["snapshot.missing"]
    assert ids(snapshot_file.look(subject(tmp_path / "none"))) == []


def test_a_snapshot_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "node").mkdir()
    (tmp_path / "node" / "snapshot.db").write_bytes(b"something else entirely\n" * 300)
    assert "not a database" in one(snapshot_file.look(subject(tmp_path)), "snapshot.unreadable").sentence


def test_tables_of_another_version(tmp_path: Path) -> None:
    db = sqlite3.connect(publish_all(tmp_path))
    db.execute("PRAGMA user_version = 99")
    db.close()
    assert "version 99" in one(snapshot_file.look(subject(tmp_path)), "snapshot.other-version").sentence


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE identity SET body = '{\"organization\": 7}'", "demo/E1001"),
        ("UPDATE identity SET body = 'no JSON'", "demo/E1001"),
        ("UPDATE location SET body = '{}'", "location 1"),
        ("UPDATE small SET body = '{}' WHERE kind = 'trunk'", "trunk SBC"),
        ("UPDATE small SET kind = 'riddle' WHERE kind = 'trunk'", "riddle"),
    ],
)
def test_a_record_nobody_can_read_is_named(tmp_path: Path, statement: str, named: str) -> None:
    changed(publish_all(tmp_path), statement)
    found = list(snapshot_file.look(subject(tmp_path)))
    assert named in one(found, "snapshot.record").sentence
    assert "snapshot.fine" not in ids(found)


def test_many_wrong_records_are_told_in_one_finding(tmp_path: Path) -> None:
    path = publish_all(tmp_path, *(replace(ADA, identity=f"E20{number:02}") for number in range(20)))
    changed(path, "UPDATE identity SET body = '{}'")
    assert "and 18 more" in one(snapshot_file.look(subject(tmp_path)), "snapshot.record").sentence


def test_a_damaged_snapshot(tmp_path: Path) -> None:
    path = publish_all(tmp_path, *(replace(ADA, identity=f"E{number}") for number in range(2000, 2400)))
    db = sqlite3.connect(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = db.execute("PRAGMA page_size").fetchone()
    (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'identity_near'").fetchone()
    db.close()
    content = bytearray(path.read_bytes())
    content[(root - 1) * page : root * page] = b"\xa5" * page
    path.write_bytes(content)
    found = ids(snapshot_file.look(subject(tmp_path)))
    assert found[0] in ("snapshot.damaged", "snapshot.unreadable")
    assert "snapshot.fine" not in found


def test_a_snapshot_too_large_to_be_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_all(tmp_path)
    monkeypatch.setattr(snapshot_file, "LOOK_SECONDS", -1.0)
    monkeypatch.setattr(directory_content, "LOOK_SECONDS", -1.0)
    monkeypatch.setattr(sqlite_look, "STEPS_BETWEEN_LOOKS", 1)
    assert ids(snapshot_file.look(subject(tmp_path))) == ["snapshot.not-checked"]
    assert ids(directory_content.look(subject(tmp_path))) == ["directory.not-counted"]


# --- people


def people(data: Path, *records: Any) -> list[Any]:
    publish(data, *records)
    return list(directory_content.look(subject(data)))


def test_people_well_described(tmp_path: Path) -> None:
    assert ids(people(tmp_path, ORGANIZATION, ADA)) == ["directory.fine"]


def test_nobody_known_and_no_snapshot(tmp_path: Path) -> None:
    assert ids(directory_content.look(subject(tmp_path))) == []
    assert ids(people(tmp_path, ORGANIZATION)) == ["directory.empty"]


def test_people_without_location_or_callback_are_counted_for_each_organization(tmp_path: Path) -> None:
    lost = [
        Identity("demo", "device_user_id", f"E{number}", callback_number="+18025550100") for number in range(11, 14)
    ]
    silent = replace(ADA, organization="other", identity="X1", callback_number="")
    gone = Identity("demo", "device_user_id", "E99", active=False)
    found = people(tmp_path, ORGANIZATION, Organization("other", "Other"), ADA, *lost, silent, gone)
    assert one(found, "directory.no-location").sentence == "demo: 3 of 4 active people without any location."
    assert one(found, "directory.no-callback").sentence == "other: 1 of 1 active person without a callback number."
    assert len(found) == 2


def test_a_number_location_counts_only_where_the_organization_allows_it(tmp_path: Path) -> None:
    strict = replace(ADA, current_location=None, number_location=HOME)
    lenient = replace(strict, organization="lenient")
    allowing = Organization("lenient", "Lenient", number_location_allowed=True)
    found = people(tmp_path, ORGANIZATION, allowing, strict, lenient)
    assert one(found, "directory.no-location").sentence.startswith("demo: 1 of 1")
    assert len(found) == 1


def test_places_calls_would_be_sent_from_are_judged_and_no_others(tmp_path: Path) -> None:
    unchecked = replace(HOME, id="2", verdict="unchecked")
    nowhere = replace(HOME, id="3", psap=None, psap_source="")
    bob = replace(ADA, identity="E1002", current_location=unchecked, assigned_location=nowhere)
    shared = [replace(ADA, identity=f"E{number}", current_location=unchecked) for number in range(20, 25)]
    found = people(tmp_path, ORGANIZATION, ADA, bob, *shared)
    assert one(found, "directory.unchecked-address").sentence == "demo: 1 location with an unchecked address."
    assert "directory.no-psap" not in ids(found)
    found = people(tmp_path, replace(bob, current_location=None))
    assert one(found, "directory.no-psap").sentence == "demo: 1 location without a PSAP."


def test_areas_and_psaps_without_a_target_are_counted_for_each_organization(tmp_path: Path) -> None:
    area = replace(HOME, id="2", verdict="area")
    silent = replace(HOME, id="3", psap=Psap("Western dispatch"), psap_source="boundary")
    bob = replace(ADA, identity="E1002", current_location=area)
    eve = replace(ADA, identity="E1003", organization="other", current_location=silent)
    found = people(tmp_path, ORGANIZATION, Organization("other", "Other"), ADA, bob, eve)
    assert one(found, "directory.area-address").sentence == (
        "demo: 1 location not dispatchable: only the area of the address is confirmed."
    )
    assert one(found, "directory.psap-without-target").sentence == "other: 1 location of a PSAP without a target."
    assert len(found) == 2


def test_ids_that_look_alike_are_named(tmp_path: Path) -> None:
    alike = [replace(ADA, identity=identity) for identity in ("e-1001", "E2000", "E02000", "E3000")]
    sentence = one(people(tmp_path, ORGANIZATION, ADA, *alike), "directory.look-alikes").sentence
    assert sentence.startswith("demo: 2 groups")
    assert "E1001 and e-1001" in sentence
    assert "E3000" not in sentence


def test_the_same_id_in_two_organizations_is_no_look_alike(tmp_path: Path) -> None:
    found = people(tmp_path, ORGANIZATION, Organization("other", "Other"), ADA, replace(ADA, organization="other"))
    assert ids(found) == ["directory.fine"]


# --- trunks


def trunk_findings(data: Path, *records: Any, **sip: Any) -> list[Any]:
    publish(data, *records)
    return list(trunks.look(subject(data, **sip)))


def test_a_good_trunk(tmp_path: Path) -> None:
    assert ids(trunk_findings(tmp_path, ORGANIZATION, TRUNK, PSAP)) == ["trunk.fine"]


def test_no_trunk_is_an_error_and_no_snapshot_is_left_to_its_own_check(tmp_path: Path) -> None:
    assert ids(trunks.look(subject(tmp_path))) == []
    assert ids(trunk_findings(tmp_path, ORGANIZATION)) == ["trunk.none"]
    (tmp_path / "broken" / "node").mkdir(parents=True)
    (tmp_path / "broken" / "node" / "snapshot.db").write_bytes(b"no database" * 500)
    assert ids(trunks.look(subject(tmp_path / "broken"))) == []


@pytest.mark.parametrize(
    ("trunk", "expected"),
    [
        (replace(TRUNK, source_networks=("192.0.2.0/33",)), ["trunk.network", "trunk.no-proof"]),
        (replace(TRUNK, source_networks=("0.0.0.0/0",)), ["trunk.everybody"]),
        (replace(TRUNK, source_networks=("::/0", "192.0.2.1")), ["trunk.everybody"]),
        (replace(TRUNK, source_networks=()), ["trunk.no-proof"]),
        (replace(TRUNK, source_networks=(), digest_username="sbc"), ["trunk.no-proof"]),
        (replace(TRUNK, organization=""), ["trunk.no-header"]),
        (replace(TRUNK, organization="", organization_header="X-Organization"), ["trunk.fine"]),
        (replace(TRUNK, organization="nobody"), ["trunk.no-organization"]),
        (replace(TRUNK, id_headers=()), ["trunk.no-id-header"]),
        (replace(TRUNK, source_networks=("2001:db8::/32", " 192.0.2.7 ")), ["trunk.fine"]),
    ],
)
def test_what_can_be_wrong_with_a_trunk(tmp_path: Path, trunk: Trunk, expected: list[str]) -> None:
    found = trunk_findings(tmp_path, ORGANIZATION, trunk, tls=TLS)
    assert ids(found) == expected
    assert all(trunk.name in finding.sentence for finding in found if finding.severity != "ok")


def test_digest_and_certificates_want_tls(tmp_path: Path) -> None:
    digest = Trunk("digest", "demo", digest_username="sbc", digest_ha1={"MD5": "0" * 32})
    named = Trunk("certificate", "demo", certificate_names=("sbc.example.com",))
    found = trunk_findings(tmp_path, ORGANIZATION, digest, named)
    assert ids(found) == ["trunk.no-tls", "trunk.clear-digest"]
    assert ids(trunks.look(subject(tmp_path, tls=TLS))) == ["trunk.fine"]


def test_trunks_that_share_a_proof_are_told_and_which_one_wins(tmp_path: Path) -> None:
    one_trunk = replace(TRUNK, name="b", certificate_names=("SBC.example.com",), source_networks=("192.0.2.5/24",))
    other = replace(TRUNK, name="a", certificate_names=("sbc.example.com",), source_networks=("192.0.2.0/24",))
    found = trunk_findings(tmp_path, ORGANIZATION, one_trunk, other, tls=TLS)
    assert [finding.sentence for finding in found] == [
        "a and b share the network 192.0.2.0/24.",
        "a and b share the certificate sbc.example.com.",
    ]
