"""Digest authentication with SHA-256 and MD5, qop=auth (RFC 3261 §22.4, RFC 8760 §2; RFC 7616 §3).

The hashing and the client side are functions. The server side keeps two things apart: a nonce proves by itself that it
is ours and how old it is (HMAC), and `NonceCounts` remembers which counts of a nonce were used, against replay.
"""

import base64
import binascii
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from enum import Enum

from callpoint.sip.auth import Challenge, Credentials
from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError

ALGORITHMS = ("SHA-256", "MD5")
"""What we speak, strongest first: the order of our challenges and of our choice (RFC 8760 §2.3, §2.4)."""

NONCE_LIFETIME = 300.0
"""Seconds a nonce is taken: long enough for a trunk's burst of calls, short enough to make a stolen one worthless."""
MAX_NONCES = 10_000
"""Nonces whose counts are remembered, the least recently used forgotten first. Only right passwords enter one, so no
stranger can push another's out."""
COUNT_WINDOW = 64
"""How far a nonce count may lag behind the highest seen: UDP reorders requests sent at the same moment."""

_STAMP_BYTES = 8
_SALT_BYTES = 8
_TAG_BYTES = 16


class NonceState(Enum):
    """What a nonce given back to us is."""

    VALID = "valid"
    STALE = "stale"
    FORGED = "forged"


class Verdict(Enum):
    """What credentials are worth: only STALE may be told to the client, and only after the password was right."""

    GOOD = "good"
    STALE = "stale"
    BAD = "bad"


def ha1(username: str, realm: str, password: str, algorithm: str) -> str:
    """The stored form of a password; LocalProtocolError for an algorithm not in ALGORITHMS."""
    return _hasher(algorithm)(f"{username}:{realm}:{password}")


def make_nonce(key: bytes, now: float, salt: bytes) -> str:
    """A nonce that only the holder of `key` can make. `now` is Unix seconds, `salt` eight random bytes."""
    if len(salt) != _SALT_BYTES:
        raise LocalProtocolError("The salt of a nonce has eight bytes")
    stamp = int(now * 1000).to_bytes(_STAMP_BYTES, "big") + salt
    return base64.urlsafe_b64encode(stamp + _tag(key, stamp)).decode("ascii")


def check_nonce(key: bytes, nonce: str, now: float, lifetime: float = NONCE_LIFETIME) -> NonceState:
    """Whether `nonce` is ours and younger than `lifetime` seconds."""
    try:
        raw = base64.b64decode(nonce.encode("ascii"), altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return NonceState.FORGED
    stamp, tag = raw[: _STAMP_BYTES + _SALT_BYTES], raw[_STAMP_BYTES + _SALT_BYTES :]
    if len(tag) != _TAG_BYTES or not hmac.compare_digest(tag, _tag(key, stamp)):
        return NonceState.FORGED
    age = now - int.from_bytes(stamp[:_STAMP_BYTES], "big") / 1000
    # A nonce from the future is one from before our clock was set back.
    return NonceState.VALID if -1.0 <= age <= lifetime else NonceState.STALE


class NonceCounts:
    """Which counts of which nonces have been used (RFC 3261 §22.4, RFC 7616 §3.4 on `nc`)."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def accept(self, nonce: str, count: int) -> bool:
        """Whether this is the first use of `count`; only ask after the digest was found right."""
        highest, window = self._seen.get(nonce, (0, 0))
        if count > highest:
            window = ((window << min(count - highest, COUNT_WINDOW)) | 1) & ((1 << COUNT_WINDOW) - 1)
            highest = count
        else:
            bit = 1 << (highest - count) if highest - count < COUNT_WINDOW else 0
            if not bit or window & bit or count < 1:
                return False
            window |= bit
        self._seen[nonce] = (highest, window)
        self._seen.move_to_end(nonce)
        if len(self._seen) > MAX_NONCES:
            self._seen.popitem(last=False)
        return True


def challenge(realm: str, nonce: str, algorithm: str, stale: bool = False) -> str:
    """The value of one WWW-Authenticate; send one a field for each algorithm, strongest first (RFC 8760 §2.3)."""
    _hasher(algorithm)
    params = [("realm", realm), ("nonce", nonce), ("algorithm", algorithm), ("qop", "auth")]
    if stale:
        params.append(("stale", "true"))
    return str(Challenge("Digest", tuple(params)))


def verify(credentials: Credentials, method: str, ha1_by_algorithm: Mapping[str, str]) -> bool:
    """Whether the digest in `credentials` was made with the stored HA1 of its algorithm. Compared in constant time.

    Says nothing about the nonce: see `check` for the whole judgement.
    """
    algorithm = credentials.algorithm
    if not credentials.is_digest or algorithm not in ALGORITHMS or credentials.qop not in ("", "auth"):
        return False
    stored = ha1_by_algorithm.get(algorithm)
    expected = _response(
        # The work is the same for an unknown user, so that user names cannot be told by time.
        stored or "0" * 32,
        algorithm,
        credentials.nonce,
        (credentials.param("nc") or "", credentials.param("cnonce") or "", "auth") if credentials.qop else None,
        method,
        credentials.uri,
    )
    same = hmac.compare_digest(expected.encode(), credentials.response.encode("utf-8", "surrogateescape"))
    return same and stored is not None


def check(
    credentials: Credentials,
    method: str,
    ha1_by_algorithm: Mapping[str, str],
    *,
    key: bytes,
    counts: NonceCounts,
    now: float,
) -> Verdict:
    """The whole judgement of a server: digest, nonce and nonce count. `now` is Unix seconds.

    STALE means: right password, nonce too old, forgotten or its count used; challenge again with `stale=True`.
    Credentials without qop have no count, so their nonce is good as long as it lives.
    """
    state = check_nonce(key, credentials.nonce, now)
    if state is NonceState.FORGED or not verify(credentials, method, ha1_by_algorithm):
        return Verdict.BAD
    if state is NonceState.STALE:
        return Verdict.STALE
    if not credentials.qop:
        return Verdict.GOOD
    count = credentials.nonce_count
    if count is None or not credentials.param("cnonce"):
        return Verdict.BAD
    return Verdict.GOOD if counts.accept(credentials.nonce, count) else Verdict.STALE


def strongest(challenges: Iterable[str]) -> Challenge | None:
    """The challenge to answer among the values of WWW-Authenticate: the strongest Digest we speak, else None.

    Values that are unreadable, of another scheme, algorithm or without qop=auth are passed over (RFC 8760 §2.4).
    """
    usable: list[Challenge] = []
    for value in challenges:
        try:
            parsed = Challenge.parse(value)
        except RemoteProtocolError:
            continue
        if parsed.is_digest and parsed.nonce and parsed.algorithm in ALGORITHMS and _auth_possible(parsed):
            usable.append(parsed)
    return min(usable, key=lambda parsed: ALGORITHMS.index(parsed.algorithm), default=None)


def authorize(
    challenge: Challenge | str, method: str, uri: str, username: str, password: str, cnonce: str, nc: int
) -> str:
    """The value of Authorization that answers `challenge`; `cnonce` is random text, `nc` counts its uses from 1.

    RemoteProtocolError 401 when the challenge is one we cannot answer.
    """
    parsed = strongest([challenge if isinstance(challenge, str) else str(challenge)])
    if parsed is None:
        raise RemoteProtocolError(401, "Unusable Challenge")
    count = f"{nc:08x}"
    secret = ha1(username, parsed.realm, password, parsed.algorithm)
    with_qop = bool(parsed.qop)
    response = _response(
        secret, parsed.algorithm, parsed.nonce, (count, cnonce, "auth") if with_qop else None, method, uri
    )
    params = [("username", username), ("realm", parsed.realm), ("nonce", parsed.nonce), ("uri", uri)]
    params.append(("response", response))
    if parsed.param("algorithm") is not None:
        params.append(("algorithm", parsed.param("algorithm") or ""))
    if with_qop:
        params += [("cnonce", cnonce), ("qop", "auth"), ("nc", count)]
    if (opaque := parsed.param("opaque")) is not None:
        params.append(("opaque", opaque))
    return str(Credentials("Digest", tuple(params)))


def _auth_possible(challenge: Challenge) -> bool:
    return not challenge.qop or "auth" in challenge.qop


def _response(
    secret: str, algorithm: str, nonce: str, counted: tuple[str, str, str] | None, method: str, uri: str
) -> str:
    digest = _hasher(algorithm)
    middle = ":".join((nonce, *counted)) if counted else nonce
    return digest(f"{secret}:{middle}:{digest(f'{method}:{uri}')}")


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _md5(text: str) -> str:
    # Still what most PBXs speak; not used for anything but this handshake.
    return hashlib.md5(text.encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()


_HASHERS: dict[str, Callable[[str], str]] = {"SHA-256": _sha256, "MD5": _md5}


def _hasher(algorithm: str) -> Callable[[str], str]:
    hasher = _HASHERS.get(algorithm.upper())
    if hasher is None:
        raise LocalProtocolError(f"{algorithm!r} is no digest algorithm we speak")
    return hasher


def _tag(key: bytes, stamp: bytes) -> bytes:
    return hmac.digest(key, stamp, "sha256")[:_TAG_BYTES]
