"""The installation's key to its recordings: a file only its owner may read, made once, and never made anew over
recordings it could not open."""

import os
import secrets
from base64 import b64decode, b64encode
from binascii import Error as BinasciiError
from pathlib import Path
from typing import Final

from callpoint.media.sealed_recording import KEY_BYTES, SUFFIX

FILE_NAME: Final = "recording-key"
FOLDER_NAME: Final = "recordings"


class RecordingKeyError(Exception):
    """There is no key to record with; the text says why."""


def recording_key(data_dir: Path) -> bytes:
    """The key, made on the first call. Raises RecordingKeyError."""
    path = data_dir / FILE_NAME
    try:
        return _read(path)
    except FileNotFoundError:
        return _make(path, data_dir / FOLDER_NAME)
    except OSError as error:
        raise RecordingKeyError(f"the key {path.name} cannot be read: {error.strerror}") from error


def existing_key(data_dir: Path) -> bytes:
    """The key that was made, for whoever opens recordings. Raises RecordingKeyError."""
    try:
        return _read(data_dir / FILE_NAME)
    except OSError as error:
        raise RecordingKeyError(f"the key {FILE_NAME} cannot be read: {error.strerror}") from error


def _read(path: Path) -> bytes:
    try:
        key = b64decode(path.read_bytes().strip(), validate=True)
    except BinasciiError as error:
        raise RecordingKeyError(f"{path.name} holds no key") from error
    if len(key) != KEY_BYTES:
        raise RecordingKeyError(f"{path.name} holds no key of {KEY_BYTES} bytes")
    return key


def _make(path: Path, recordings: Path) -> bytes:
    if next(recordings.glob(f"*/*{SUFFIX}"), None) is not None:
        raise RecordingKeyError(f"{path.name} is missing, and there are recordings only it opens: bring it back")
    key = secrets.token_bytes(KEY_BYTES)
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(b64encode(key) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # whoever was first keeps the name
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise RecordingKeyError(f"the key {path.name} cannot be made: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)
    return key
