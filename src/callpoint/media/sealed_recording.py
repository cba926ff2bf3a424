"""A recording at rest: encrypted in pieces, each readable by itself as soon as it is written.

    "CPREC1\\n"  identity (16 bytes)  sealed data key (12 + 32 + 16 bytes)
    then pieces: length (4 bytes, big-endian, of what follows)  ciphertext with its tag

AES-256-GCM throughout. The data key is made for one recording and sealed under the installation's key. A piece's nonce
is its number, which never repeats under one data key; its associated data name the recording, its number and whether it
is the last, so that no piece can be taken out, put elsewhere or brought in from another recording unseen. Piece 0 holds
the particulars as JSON, the others sound: mu-law, left and right in turn. A file that was cut off lacks the last piece:
`complete` is False then, and everything before the cut is good.
"""

import json
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from callpoint.media.wav import WavRecorder

KEY_BYTES: Final = 32
SUFFIX: Final = ".sealed"
_MAGIC: Final = b"CPREC1\n"
_IDENTITY_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_SEALED_KEY_BYTES: Final = _NONCE_BYTES + KEY_BYTES + _TAG_BYTES
_LENGTH: Final = struct.Struct("!I")
# A minute of stereo; a longer piece is none of ours, and not read into memory.
_LONGEST_PIECE: Final = 60 * 16_000 + _TAG_BYTES


class SealError(ValueError):
    """No recording, one of another installation's key, or one that was changed."""


@dataclass(frozen=True)
class SealedRecording:
    """An opened one: `particulars` as they were given, `left` (the caller) and `right` (the PSAP) as mu-law."""

    particulars: dict[str, Any]
    left: bytes
    right: bytes
    complete: bool


class SealedWriter:
    """Writes one recording into an open binary file. Every call may raise OSError; `finish` writes the last piece."""

    def __init__(self, file: BinaryIO, key: bytes, particulars: dict[str, Any]) -> None:
        """`key`: the installation's, KEY_BYTES long."""
        self._file = file
        self._identity = secrets.token_bytes(_IDENTITY_BYTES)
        self._number = 0
        data_key = secrets.token_bytes(KEY_BYTES)
        self._seal = AESGCM(data_key)
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, data_key, _MAGIC + self._identity)
        file.write(_MAGIC + self._identity + sealed)
        self._piece(json.dumps(particulars).encode(), last=False)

    def write(self, left: bytes, right: bytes) -> None:
        """A piece of mu-law, both channels of equal length."""
        both = np.empty(2 * len(left), np.uint8)
        both[0::2] = np.frombuffer(left, np.uint8)
        both[1::2] = np.frombuffer(right, np.uint8)
        self._piece(both.tobytes(), last=False)

    def finish(self) -> None:
        self._piece(b"", last=True)

    def _piece(self, plain: bytes, last: bool) -> None:
        sealed = self._seal.encrypt(_nonce(self._number), plain, _bound_to(self._identity, self._number, last))
        self._number += 1
        self._file.write(_LENGTH.pack(len(sealed)) + sealed)
        self._file.flush()


def read(data: bytes, key: bytes) -> SealedRecording:
    """Opens the bytes of a recording. Raises SealError."""
    pieces = _pieces(data, key)
    try:
        particulars = json.loads(next(pieces)[0])
    except StopIteration as error:
        raise SealError("the recording was cut off before it began") from error
    sound, complete = bytearray(), False
    for plain, last in pieces:
        sound += plain
        complete = last
    return SealedRecording(particulars, bytes(sound[0::2]), bytes(sound[1::2]), complete)


def export_wav(sealed: Path, key: bytes, wav: Path) -> SealedRecording:
    """Opens `sealed` and writes its sound as a stereo WAV file. Raises SealError, OSError."""
    recording = read(sealed.read_bytes(), key)
    with WavRecorder(wav, channels=2) as recorder:
        recorder.write(recording.left, recording.right)
    return recording


def _pieces(data: bytes, key: bytes) -> Iterator[tuple[bytes, bool]]:
    """Each whole piece with whether it is the last. Nothing may follow the last."""
    at = len(_MAGIC) + _IDENTITY_BYTES + _SEALED_KEY_BYTES
    if not data.startswith(_MAGIC) or len(data) < at:
        raise SealError("this is no recording")
    identity = data[len(_MAGIC) : len(_MAGIC) + _IDENTITY_BYTES]
    seal = AESGCM(_data_key(data[len(_MAGIC) + _IDENTITY_BYTES : at], identity, key))
    number, last = 0, False
    while at + _LENGTH.size <= len(data):
        (length,) = _LENGTH.unpack_from(data, at)
        at += _LENGTH.size
        if last or not _TAG_BYTES <= length <= _LONGEST_PIECE:
            raise SealError("the recording was changed")
        if at + length > len(data):
            return
        plain, last = _open_piece(seal, identity, number, data[at : at + length])
        yield plain, last
        number, at = number + 1, at + length


def _data_key(sealed: bytes, identity: bytes, key: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _MAGIC + identity)
    except InvalidTag as error:
        raise SealError("the recording was sealed under another key") from error


def _open_piece(seal: AESGCM, identity: bytes, number: int, sealed: bytes) -> tuple[bytes, bool]:
    for last in (False, True):
        try:
            return seal.decrypt(_nonce(number), sealed, _bound_to(identity, number, last)), last
        except InvalidTag:
            continue
    raise SealError(f"piece {number} of the recording was changed")


def _nonce(number: int) -> bytes:
    return number.to_bytes(_NONCE_BYTES)


def _bound_to(identity: bytes, number: int, last: bool) -> bytes:
    return identity + number.to_bytes(8) + (b"last" if last else b"more")
