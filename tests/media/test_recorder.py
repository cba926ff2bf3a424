"""Recordings: sealed, readable up to where they were cut, unreadable when changed; and never in the way of a call."""

import asyncio
import os
import stat
import wave
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callpoint.media import recorder as recorder_module
from callpoint.media.recorder import Recorder, RecordingOf, folder_of
from callpoint.media.recording_key import FILE_NAME, FOLDER_NAME, RecordingKeyError, recording_key
from callpoint.media.retention import DAYS_WITHOUT_PLAN, keep_removing, remove_outdated
from callpoint.media.sealed_recording import KEY_BYTES, SealedWriter, SealError, export_wav, read
from callpoint.media.tones import tone
from callpoint.routing.alert_records import AlertPlan, Monitoring
from callpoint.speech import mu_law
from callpoint.speech.mu_law import Pcm
from callpoint.transport.control import ControlError

from .conftest import until
from .listening_stage import (
    CALL,
    CALLER_TONE,
    GUARD_TONE,
    ORGANIZATION,
    OTHER_TONE,
    PATIENCE,
    PSAP_TONE,
    Call,
    Stage,
    tones_in,
)

KEY = bytes(range(KEY_BYTES))
BEGAN = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
PARTICULARS = {"call_id": "call-1", "organization": "acme"}
RECORD = Monitoring(mode="join", record=True)
# Lengths of what stands before the pieces: magic, identity, sealed key.
HEAD = 7 + 16 + 60


def sealed(pieces: int = 3, finish: bool = True, key: bytes = KEY) -> bytes:
    file = BytesIO()
    writer = SealedWriter(file, key, PARTICULARS)
    for number in range(pieces):
        writer.write(bytes([number]) * 160, bytes([100 + number]) * 160)
    if finish:
        writer.finish()
    return file.getvalue()


def pieces_of(data: bytes) -> list[bytes]:
    found, at = [], HEAD
    while at < len(data):
        length = int.from_bytes(data[at : at + 4])
        found.append(data[at : at + 4 + length])
        at += 4 + length
    return found


def test_what_was_sealed_is_read_again() -> None:
    recording = read(sealed(), KEY)
    assert recording.particulars == PARTICULARS
    assert recording.left == b"".join(bytes([number]) * 160 for number in range(3))
    assert recording.right == b"".join(bytes([100 + number]) * 160 for number in range(3))
    assert recording.complete


def test_nothing_of_it_is_readable_and_two_of_the_same_are_not_alike() -> None:
    first, second = sealed(), sealed()
    assert b"acme" not in first
    assert bytes([1]) * 8 not in first
    same = sum(a == b for a, b in zip(first[HEAD:], second[HEAD:], strict=True))
    assert same < len(first) / 20


@given(cut=st.integers(0, len(sealed())))
def test_one_that_was_cut_off_is_good_up_to_there(cut: int) -> None:
    whole = sealed()
    if cut < HEAD + len(pieces_of(whole)[0]):
        with pytest.raises(SealError, match=r"no recording|cut off before it began"):
            read(whole[:cut], KEY)
        return
    recording = read(whole[:cut], KEY)
    assert read(whole, KEY).left.startswith(recording.left)
    assert recording.complete == (cut == len(whole))
    assert len(recording.left) == len(recording.right)
    assert len(recording.left) >= 160 * ((cut - HEAD - len(pieces_of(whole)[0])) // len(pieces_of(whole)[1]))


@given(place=st.integers(0, len(sealed()) - 1), bit=st.integers(0, 7))
def test_one_changed_bit_is_noticed(place: int, bit: int) -> None:
    whole = bytearray(sealed())
    whole[place] ^= 1 << bit
    try:
        recording = read(bytes(whole), KEY)
    except SealError:
        return
    # A length that was made too long looks like a cut, and is one: nothing wrong is given out.
    assert not recording.complete
    assert read(sealed(), KEY).left.startswith(recording.left)


@given(st.binary(max_size=400))
def test_any_bytes_are_a_recording_or_a_seal_error(data: bytes) -> None:
    for start in (b"", b"CPREC1\n"):
        with pytest.raises(SealError):
            read(start + data, KEY)


def test_pieces_cannot_be_taken_out_swapped_repeated_or_brought_in() -> None:
    whole, other = sealed(), sealed()
    head, pieces, strange = whole[:HEAD], pieces_of(whole), pieces_of(other)
    orders: list[list[bytes]] = [
        [pieces[0], pieces[2], pieces[3], pieces[4]],
        [pieces[0], pieces[2], pieces[1], pieces[3], pieces[4]],
        [pieces[0], pieces[1], pieces[1], pieces[2], pieces[3], pieces[4]],
        [pieces[0], pieces[1], strange[2], pieces[3], pieces[4]],
        [*pieces, pieces[4]],
        [*pieces, strange[1]],
    ]
    for order in orders:
        with pytest.raises(SealError, match="changed"):
            read(head + b"".join(order), KEY)
    # Without its last piece it cannot be passed off as whole.
    assert not read(head + b"".join(pieces[:-1]), KEY).complete


def test_another_key_opens_nothing() -> None:
    with pytest.raises(SealError, match="another key"):
        read(sealed(), bytes(KEY_BYTES))


def test_a_recording_is_exported_as_stereo(tmp_path: Path) -> None:
    file = tmp_path / "one.sealed"
    with file.open("wb") as out:
        writer = SealedWriter(out, KEY, PARTICULARS)
        writer.write(tone([CALLER_TONE], 1.0), tone([PSAP_TONE], 1.0))
        writer.finish()
    assert export_wav(file, KEY, tmp_path / "one.wav").complete
    with wave.open(str(tmp_path / "one.wav")) as wav:
        assert (wav.getnchannels(), wav.getframerate(), wav.getnframes()) == (2, 8000, 8000)
        both = np.frombuffer(wav.readframes(8000), "<i2").reshape(-1, 2)
    assert tones_in(mu_law.encode(both[:, 0].copy())) == {CALLER_TONE}
    assert tones_in(mu_law.encode(both[:, 1].copy())) == {PSAP_TONE}


# --- the key


def test_the_key_is_made_once_and_private(tmp_path: Path) -> None:
    key = recording_key(tmp_path)
    assert len(key) == KEY_BYTES
    assert recording_key(tmp_path) == key
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


async def test_two_who_make_it_at_once_have_the_same(tmp_path: Path) -> None:
    keys = await asyncio.gather(*(asyncio.to_thread(recording_key, tmp_path) for _ in range(16)))
    assert len(set(keys)) == 1


@pytest.mark.parametrize("content", [b"", b"not base64!", b"c2hvcnQ=\n", b"\xff\xfe"])
def test_a_spoilt_key_is_told_and_kept(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(RecordingKeyError, match="holds no key"):
        recording_key(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_no_new_key_is_made_over_recordings_it_could_not_open(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER_NAME / "acme"
    folder.mkdir(parents=True)
    (folder / "20261123T120000Z-0123456789ab.sealed").write_bytes(sealed())
    with pytest.raises(RecordingKeyError, match="bring it back"):
        recording_key(tmp_path)
    assert not (tmp_path / FILE_NAME).exists()


# --- the recorder


class Failures:
    def __init__(self) -> None:
        self.told: list[str] = []

    def __call__(self, why: str) -> None:
        self.told.append(why)


@pytest.fixture
def failures() -> Failures:
    return Failures()


WHAT = RecordingOf("call-1", "acme", BEGAN)


def frame(value: int, samples: int = 160) -> Pcm:
    return np.full(samples, value, np.int16)


async def test_it_writes_while_the_call_goes_on_and_the_rest_at_the_end(tmp_path: Path, failures: Failures) -> None:
    recorder = Recorder(tmp_path, WHAT, failures)
    for _ in range(250):
        recorder.write(frame(1000), frame(-1000))
    await until(lambda: recorder.path.exists() and recorder.path.stat().st_size > 2 * 2 * 16_000, PATIENCE)
    so_far = read(recorder.path.read_bytes(), recording_key(tmp_path))
    assert (len(so_far.left), so_far.complete) == (32_000, False)
    await recorder.finish()
    whole = read(recorder.path.read_bytes(), recording_key(tmp_path))
    assert (len(whole.left), len(whole.right), whole.complete) == (40_000, 40_000, True)
    assert mu_law.decode(whole.left)[0] > 900
    assert mu_law.decode(whole.right)[0] < -900
    assert whole.particulars == {"call_id": "call-1", "organization": "acme", "began": BEGAN.isoformat()}
    assert failures.told == []
    assert stat.S_IMODE(recorder.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(recorder.path.parent.stat().st_mode) == 0o700


async def test_its_name_tells_when_and_for_whom_and_nothing_of_a_person(tmp_path: Path, failures: Failures) -> None:
    what = RecordingOf("+18025550143@caller", "acme", BEGAN)
    recorder = Recorder(tmp_path, what, failures)
    await recorder.finish()
    folder, _, name = recorder.name.partition("/")
    assert folder == "acme"
    assert name.startswith("20261123T120000Z-")
    assert "802" not in recorder.name
    assert recorder.path == tmp_path / FOLDER_NAME / recorder.name


@pytest.mark.parametrize("slug", ["../../etc", "", ".", "a/b", "A B", "x" * 200, "über", "acme\n"])
def test_no_name_of_an_organization_leads_elsewhere(slug: str) -> None:
    name = folder_of(slug)
    assert name.isascii()
    assert name.isalnum()
    assert folder_of("acme-2_b") == "acme-2_b"


async def test_an_empty_recording_is_a_whole_one(tmp_path: Path, failures: Failures) -> None:
    recorder = Recorder(tmp_path, WHAT, failures)
    await recorder.finish()
    assert read(recorder.path.read_bytes(), recording_key(tmp_path)).complete


def key_spoilt(data_dir: Path) -> None:
    (data_dir / FILE_NAME).write_text("spoilt")


def folder_is_a_file(data_dir: Path) -> None:
    (data_dir / FOLDER_NAME).write_text("in the way")


@pytest.mark.parametrize(("spoil", "why"), [(key_spoilt, "holds no key"), (folder_is_a_file, "exist|director")])
async def test_what_cannot_be_recorded_is_told_once(
    tmp_path: Path, failures: Failures, spoil: Callable[[Path], None], why: str
) -> None:
    spoil(tmp_path)
    recorder = Recorder(tmp_path, WHAT, failures)
    await until(lambda: bool(failures.told), PATIENCE)
    for _ in range(500):
        recorder.write(frame(1), frame(1))
    await recorder.finish()
    assert len(failures.told) == 1
    assert any(word in failures.told[0] for word in why.split("|"))
    assert recorder.failed


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
async def test_a_full_disk_ends_the_recording_and_is_told(
    tmp_path: Path, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_private", lambda path, flags: os.open("/dev/full", os.O_WRONLY))
    recorder = Recorder(tmp_path, WHAT, failures)
    await until(lambda: bool(failures.told), PATIENCE)
    assert failures.told == ["No space left on device"]
    recorder.write(frame(1, 40_000), frame(1, 40_000))
    await recorder.finish()
    assert len(failures.told) == 1


async def test_a_disk_that_hangs_never_holds_up_whoever_writes(
    tmp_path: Path, failures: Failures, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # opens, and takes 64 kB and no more
    monkeypatch.setattr(recorder_module, "_private", lambda path, flags: os.open(pipe, os.O_WRONLY))
    monkeypatch.setattr(recorder_module, "FINISH_SECONDS", 0.2)
    recorder = Recorder(tmp_path, WHAT, failures)
    for _ in range(200):
        recorder.write(frame(1, 16_000), frame(1, 16_000))
    assert failures.told == ["the disk does not keep up"]
    await recorder.finish()
    assert len(failures.told) == 1
    os.close(reading)


# --- in a room


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path, RECORD)
    yield stage
    await stage.close()


async def hear_each_other(call: Call) -> None:
    await asyncio.gather(call.caller.hears(PSAP_TONE), call.psap.hears(CALLER_TONE))


def the_recording(tmp_path: Path) -> Path:
    (path,) = (tmp_path / FOLDER_NAME).glob("*/*.sealed")
    return path


async def test_a_call_is_recorded_from_its_answer_to_its_end_with_nobody_listening(
    stage: Stage, tmp_path: Path
) -> None:
    call = await stage.call()
    name = await stage.guards.record(CALL, ORGANIZATION)
    assert await stage.guards.record(CALL, ORGANIZATION) == name
    await hear_each_other(call)
    stage.guards.look(asyncio.get_running_loop().time() + 30)
    assert stage.node.asked == [("anchor", CALL)]
    await stage.guards.call_ended(CALL)
    assert stage.states("recording") == ["started", "finished"]
    assert {told["recording"] for what, told in stage.told} == {name}
    recording = read(the_recording(tmp_path).read_bytes(), recording_key(tmp_path))
    assert recording.complete
    assert tones_in(recording.left[-1600:]) == {CALLER_TONE}
    assert tones_in(recording.right[-1600:]) == {PSAP_TONE}


async def test_a_guard_who_joins_is_on_the_callers_side_and_a_listener_on_none(stage: Stage, tmp_path: Path) -> None:
    call = await stage.call()
    await stage.guard("listen", frequency=OTHER_TONE)
    _, joined = await stage.guard("join")
    await call.psap.hears(CALLER_TONE, GUARD_TONE)
    await joined.hears(CALLER_TONE, PSAP_TONE)
    await asyncio.sleep(0.2)
    await stage.guards.call_ended(CALL)
    recording = read(the_recording(tmp_path).read_bytes(), recording_key(tmp_path))
    assert tones_in(recording.left[-1600:]) == {CALLER_TONE, GUARD_TONE}
    assert tones_in(recording.right[-1600:]) == {PSAP_TONE}


async def test_it_is_off_unless_the_organization_wants_it(stage: Stage, tmp_path: Path) -> None:
    stage.allow(Monitoring(mode="join"))
    await stage.call()
    with pytest.raises(ControlError, match="does not record"):
        await stage.guards.record(CALL, ORGANIZATION)
    session, _ = await stage.guard()
    await stage.guards.leave(session)
    assert not (tmp_path / FOLDER_NAME).exists()
    assert not (tmp_path / FILE_NAME).exists()


async def test_a_recording_that_fails_gives_the_call_back_and_disturbs_nobody(stage: Stage, tmp_path: Path) -> None:
    key_spoilt(tmp_path)
    call = await stage.call()
    await stage.guards.record(CALL, ORGANIZATION)
    await until(lambda: stage.states("recording") == ["started", "failed"], PATIENCE)
    await hear_each_other(call)
    loop = asyncio.get_running_loop()
    stage.guards.look(loop.time() + 6)
    await until(lambda: stage.node.times("release") == 1, PATIENCE)
    await hear_each_other(call)


async def test_one_that_failed_is_not_begun_anew_with_every_guard(stage: Stage, tmp_path: Path) -> None:
    key_spoilt(tmp_path)
    await stage.call()
    _, first = await stage.guard()
    await until(lambda: stage.states("recording") == ["started", "failed"], PATIENCE)
    _, second = await stage.guard(frequency=OTHER_TONE)
    await second.hears(CALLER_TONE, PSAP_TONE)
    await first.hears(CALLER_TONE, PSAP_TONE)
    with pytest.raises(ControlError, match="has ended"):
        await stage.guards.record(CALL, ORGANIZATION)
    assert stage.states("recording") == ["started", "failed"]


async def test_the_parties_are_told_that_they_are_recorded(stage: Stage) -> None:
    stage.allow(replace(RECORD, announce=True))
    call = await stage.call()
    await stage.guards.record(CALL, ORGANIZATION)
    await call.caller.hears(PSAP_TONE, OTHER_TONE)
    await hear_each_other(call)
    assert len(stage.prompts) == 1


# --- how long they are kept


def laid_down(data_dir: Path, organization: str, age: timedelta) -> Path:
    path = RecordingOf("call", organization, BEGAN - age).new_path(data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")
    return path


def test_recordings_are_removed_when_their_time_is_over(tmp_path: Path) -> None:
    plans = [
        AlertPlan("acme", monitoring=Monitoring(retention_days=7)),
        AlertPlan("Ünion", monitoring=Monitoring(retention_days=2)),
    ]
    hour = timedelta(hours=1)
    kept = [
        laid_down(tmp_path, "acme", timedelta(days=7)),
        laid_down(tmp_path, "Ünion", timedelta(days=2)),
        laid_down(tmp_path, "gone", timedelta(days=DAYS_WITHOUT_PLAN)),
        laid_down(tmp_path, "acme", -hour),
    ]
    over = [
        laid_down(tmp_path, "acme", timedelta(days=7) + hour),
        laid_down(tmp_path, "Ünion", timedelta(days=2) + hour),
        laid_down(tmp_path, "gone", timedelta(days=DAYS_WITHOUT_PLAN) + hour),
    ]
    strange = tmp_path / FOLDER_NAME / "acme" / "notes.sealed"
    strange.write_text("not by us")
    assert set(remove_outdated(tmp_path, plans, BEGAN)) == set(over)
    assert all(path.exists() for path in (*kept, strange))
    assert remove_outdated(tmp_path / "empty", plans, BEGAN) == []


async def test_while_nobody_knows_the_plans_nothing_is_removed(tmp_path: Path) -> None:
    old = laid_down(tmp_path, "acme", timedelta(days=4000))
    asked: list[int] = []

    def plans() -> Any:
        asked.append(1)
        if len(asked) < 3:
            raise LookupError("nothing was published yet")
        return [AlertPlan("acme", monitoring=Monitoring(retention_days=9999))] if len(asked) < 6 else []

    removing = asyncio.create_task(keep_removing(tmp_path, plans, every=0.01))
    await until(lambda: len(asked) >= 5, PATIENCE)
    assert old.exists()
    await until(lambda: not old.exists(), PATIENCE)
    removing.cancel()
    await asyncio.gather(removing, return_exceptions=True)
