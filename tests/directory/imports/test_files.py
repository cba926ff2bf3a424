"""Uploads: kept whole or not at all, and taken away again."""

import errno
import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from tests.directory.cast import Cast
from tests.directory.imports.bringing import (
    HEADER,
    TWO,
    USERS,
    again,
    applied,
    compared,
    confirmed,
    files,
    uploaded,
    worked,
)

from callpoint.directory.imports import files as storing
from callpoint.directory.imports import run as imports
from callpoint.directory.imports.files import UploadError, store_upload, upload_path
from callpoint.directory.imports.plan import PlanWriter
from callpoint.directory.imports.work import KEPT_FOR, forget_old
from callpoint.directory.models import Change, ImportRun, Person
from callpoint.directory.tenancy import everywhere, inside


@pytest.fixture
def run(people: Cast) -> ImportRun:
    with inside(people.acme):
        return imports.start(people.acme, USERS, "people.csv", "me", "", people.organization_administrator)


def test_an_upload_is_kept_with_its_digest(run: ImportRun) -> None:
    with inside(run.organization):
        store_upload(run, [b"Device User ID\n", b"E1\nE2\n"], declared=21)
    assert upload_path(run).read_bytes() == b"Device User ID\nE1\nE2\n"
    assert (run.bytes, run.counts) == (21, {"rows": 2})
    assert again(run).sha256 == hashlib.sha256(b"Device User ID\nE1\nE2\n").hexdigest()
    assert oct(upload_path(run).parent.stat().st_mode)[-3:] == "700", "nobody else of the machine reads it"


def test_half_an_upload_is_told_and_forgotten(run: ImportRun) -> None:
    with inside(run.organization), pytest.raises(UploadError, match="only 5 of 21 bytes have arrived"):
        store_upload(run, [b"Devic"], declared=21)
    assert files(run) == set()


def test_a_file_that_is_too_large_is_not_read_to_its_end(run: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MOST_BYTES", 2**20)

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 2**16

    with inside(run.organization), pytest.raises(UploadError, match="larger than 1 MB; split it"):
        store_upload(run, endless())
    assert files(run) == set()


def test_a_full_disk_is_told(run: ImportRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with inside(run.organization), pytest.raises(UploadError, match="no room for the file"):
        store_upload(run, [b"a,b\n"])
    assert files(run) == set()


@pytest.mark.parametrize("state", ["comparing", "applying"])
def test_a_disk_that_is_full_for_the_worker(people: Cast, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = confirmed(uploaded(people.acme, USERS, HEADER + TWO))
    if state == "applying":
        run = worked(run)
        with inside(people.acme):
            imports.accept(run)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(PlanWriter, "finish", full)
    monkeypatch.setattr("callpoint.directory.imports.work.remember", full)
    run = worked(run)
    assert run.state == "failed"
    assert "no room left on the server's disk; nothing was written" in run.trouble
    with inside(people.acme):
        assert Person.objects.count() == 2
        assert not Change.objects.filter(import_run=run).exists()


def test_old_files_go_and_what_nobody_went_on_with_is_cancelled(people: Cast) -> None:
    done = applied(people.acme, USERS, HEADER + TWO)
    waiting = compared(people.acme, USERS, HEADER + TWO)
    fresh = uploaded(people.acme, USERS, HEADER + TWO)
    assert forget_old(timezone.now()) == 0
    assert forget_old(timezone.now() + KEPT_FOR - timedelta(minutes=1)) == 0
    with everywhere():
        ImportRun.objects.filter(pk=fresh.pk).update(state_at=timezone.now() + KEPT_FOR)
    assert forget_old(timezone.now() + KEPT_FOR + timedelta(minutes=1)) == 2
    assert [again(run).state for run in (done, waiting, fresh)] == ["applied", "cancelled", "uploaded"]
    assert [bool(files(run)) for run in (done, waiting, fresh)] == [False, False, True]


def test_what_a_killed_worker_had_prepared_goes_unless_it_is_worked_on(people: Cast) -> None:
    done = applied(people.acme, USERS, HEADER + TWO)
    waiting = confirmed(uploaded(people.acme, USERS, HEADER + TWO))
    for run in (done, waiting):
        upload_path(run).with_name("stage.sqlite").write_bytes(b"left")
    forget_old(timezone.now())
    assert ["stage.sqlite" in files(run) for run in (done, waiting)] == [False, True]


def test_the_folder_is_in_the_data_directory(run: ImportRun, data: Path) -> None:
    assert upload_path(run) == data / "imports" / str(run.pk) / "upload.csv"
