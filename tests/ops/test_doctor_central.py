"""The central database, asked in a process of its own; and the whole command on installations."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.ops.doctor_cases import NOW, free_port, ids, one, publish_all, subject

from callpoint.ops.doctor import central_database
from callpoint.ops.doctor.check import Subject


def run(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program, with ports nobody uses."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CALLPOINT_")}
    command = [sys.executable, "-m", "callpoint", *words, "--data", str(data)]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=120, env=clean | environment, cwd=data.parent, check=False
    )


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with the sample organization in its central database, nothing published."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    done = run(folder, "prepare", "--sample")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    """A copy to be broken."""
    return Path(shutil.copytree(prepared, tmp_path / "data"))


def changed(data: Path, statement: str) -> None:
    db = sqlite3.connect(data / "callpoint.db")
    with db:
        assert db.execute(statement).rowcount > 0
    db.close()


def follow(data: Path, position: int | None = None) -> None:
    """The snapshot was published up to there; None: everything."""
    db = sqlite3.connect(data / "callpoint.db")
    (newest,) = db.execute("SELECT max(seq) FROM directory_outbox").fetchone()
    row = db.execute("SELECT database_id FROM directory_feedstate").fetchone()
    if row is None:
        row = ("1" * 32,)
        with db:
            db.execute("INSERT INTO directory_feedstate (id, database_id, horizon) VALUES (1, ?, 0)", row)
    db.close()
    name = f"{row[0][:8]}-{row[0][8:12]}-{row[0][12:16]}-{row[0][16:20]}-{row[0][20:]}"
    published = {"database_id": name, "position": newest if position is None else position, "version": 1}
    (data / "node" / "published.json").write_text(json.dumps(published))


def looked(data: Path, **config: Any) -> list[Any]:
    plain = subject(data)
    return list(central_database.look(Subject(replace(plain.config, **config), NOW)))


# --- the database


def test_a_database_the_snapshot_follows(data: Path) -> None:
    follow(data)
    assert "1 organization" in one(looked(data), "database.fine").sentence


def test_a_snapshot_of_another_database_or_of_none(data: Path) -> None:
    assert ids(looked(data)) == ["database.not-followed"]
    follow(data)
    changed(data, f"UPDATE directory_feedstate SET database_id = '{'2' * 32}'")
    assert ids(looked(data)) == ["database.not-followed"]


def test_changes_that_wait_too_long(data: Path) -> None:
    follow(data, position=1)
    changed(data, "UPDATE directory_outbox SET at = datetime('now', '-1 hour')")
    sentence = one(looked(data), "database.snapshot-behind").sentence
    assert sentence.startswith("A change has been waiting for 3,6")


def test_tables_of_an_older_version(data: Path) -> None:
    changed(data, "DELETE FROM django_migrations WHERE app = 'calls'")
    found = looked(data)
    assert "calls.0001" in one(found, "database.old-tables").sentence
    assert "database.fine" not in ids(found)


def test_tables_of_a_newer_version(data: Path) -> None:
    follow(data)
    changed(
        data,
        "INSERT INTO django_migrations (app, name, applied) VALUES ('directory', '9999_future', datetime('now'))",
    )
    assert "directory.9999_future" in one(looked(data), "database.newer").sentence


def test_a_file_that_is_no_database(data: Path) -> None:
    (data / "callpoint.db").write_bytes(b"gone wrong " * 500)
    for suffix in ("-wal", "-shm"):
        (data / f"callpoint.db{suffix}").unlink(missing_ok=True)
    assert "not a database" in one(looked(data), "database.unreachable").sentence


def test_a_server_that_is_not_there(data: Path) -> None:
    pytest.importorskip("psycopg")
    url = f"postgres://callpoint@127.0.0.1:{free_port()}/callpoint"
    assert "refused" in one(looked(data, database_url=url), "database.unreachable").sentence


def test_looking_makes_nothing(tmp_path: Path) -> None:
    assert looked(tmp_path / "none") == []
    assert ids(looked(tmp_path)) == ["database.missing"]
    (tmp_path / "callpoint.db").touch()
    assert ids(looked(tmp_path)) == ["database.no-key"]
    assert [path.name for path in tmp_path.iterdir()] == ["callpoint.db"]


def test_a_database_that_hangs_is_given_up(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(central_database, "ASK_SECONDS", 0.01)
    assert "no answer within 0.01 s" in one(looked(data), "database.unreachable").sentence


@pytest.mark.parametrize(
    ("program", "words"),
    [("print('no JSON')", "cannot be read"), ("raise SystemExit('out of memory')", "out of memory")],
)
def test_an_asking_process_that_breaks_is_told(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, words: str
) -> None:
    stand_in = tmp_path / "python"
    stand_in.write_text(f"#!{sys.executable}\n{program}\n")
    stand_in.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(stand_in))
    assert words in one(looked(data), "database.unreachable").sentence


# --- what else it knows


def test_sample_data_beside_real_organizations(data: Path) -> None:
    follow(data)
    assert "reference.sample" not in ids(looked(data))
    changed(data, "UPDATE directory_organization SET sample = false")
    sentence = one(looked(data), "reference.sample").sentence
    assert sentence == "Sample data is loaded beside real organizations: address-points/sample, psaps/sample."
    shutil.rmtree(data / "datasets")
    assert "reference.sample" not in ids(looked(data))


def test_an_installation_nobody_is_in_charge_of(data: Path) -> None:
    follow(data)
    assert "database.no-administrator" not in ids(looked(data))  # `demo` has its sample alone
    changed(data, "UPDATE directory_organization SET sample = 0")
    finding = one(looked(data), "database.no-administrator")
    assert "callpoint administrator EMAIL" in finding.remedy


def test_an_outside_ecrf_in_trouble(data: Path) -> None:
    follow(data)
    changed(data, "UPDATE directory_organization SET ecrf_url = 'https://ecrf.example.net/lost'")
    kept = (
        "INSERT INTO directory_lostmapping (url, question, uris, display_name, service_number, source, source_id,"
        " looked_at, ask_again_at, failures, trouble, organization_id, address_id)"
        " SELECT 'https://{host}/lost', '', '[]', '', '', '', '', datetime('now'), datetime('now'), 3, '{trouble}',"
        " organization_id, id FROM directory_address WHERE a3 = '{town}'"
    )
    changed(data, kept.format(host="ecrf.example.net", trouble="no answer within 5 s", town="Barre"))
    changed(data, kept.format(host="ecrf.example.net", trouble="no answer within 5 s", town="Ottawa"))
    changed(data, kept.format(host="left.example", trouble="refused", town="Montpelier"))
    found = looked(data)
    assert one(found, "ecrf.not-answering").sentence == (
        "demo: ecrf.example.net, about 2 addresses: no answer within 5 s."
    )
    assert "database.fine" in ids(found)


# --- the command


def test_the_command_on_a_new_directory(tmp_path: Path) -> None:
    done = run(tmp_path / "none", "doctor", "--port-offset", "21000")
    assert done.returncode == 1, done.stderr
    assert "There is no data directory" in done.stdout
    assert "No relay center is configured" in done.stdout
    assert " in order." in done.stdout.splitlines()[-1]
    assert not (tmp_path / "none").exists()


def test_the_command_on_a_published_directory_gives_one_document(data: Path) -> None:
    follow(data)
    publish_all(data)
    done = run(data, "doctor", "--json", "--port-offset", "21000")
    document = json.loads(done.stdout)
    assert done.stderr == ""
    severities = {finding["id"]: finding["severity"] for finding in document["findings"]}
    assert severities["database.fine"] == severities["snapshot.fine"] == severities["trunk.fine"] == "ok"
    assert severities["processes.not-running"] == "notice"
    assert severities["target.silent"] == "warning"  # documentation addresses, which answer nobody
    assert document["healthy"] is ("error" not in severities.values())
    assert done.returncode == (0 if document["healthy"] else 1)


def test_the_command_with_an_unreadable_configuration(tmp_path: Path) -> None:
    done = run(tmp_path / "data", "doctor", "--json", CALLPOINT_SIP_UDP="nowhere")
    assert done.returncode == 2
    document = json.loads(done.stdout)
    assert document["healthy"] is False
    (finding,) = document["findings"]
    assert finding["id"] == "configuration.unreadable"
    assert finding["sentence"].startswith("CALLPOINT_SIP_UDP:")
    assert finding["remedy"]


def test_the_command_loads_no_django_itself() -> None:
    program = (
        "import sys; from callpoint.ops.doctor import themes, command\n"
        "print([name for name in sys.modules if name.startswith(('django', 'callpoint.directory'))])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
