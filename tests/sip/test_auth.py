"""Challenges and credentials as peers write them, and a whole registration of trust between two of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sip import strategies

from callpoint.sip.auth import Challenge, Credentials
from callpoint.sip.digest import (
    ALGORITHMS,
    NONCE_LIFETIME,
    NonceCounts,
    Verdict,
    authorize,
    challenge,
    check,
    ha1,
    make_nonce,
    strongest,
    verify,
)
from callpoint.sip.message import Request, Response, parse

KEY = b"0123456789abcdef"
REALM = "callpoint"


@pytest.mark.parametrize(
    ("text", "realm", "nonce", "algorithm", "qop", "stale"),
    [
        (
            'Digest realm="asterisk",nonce="1700/abc",opaque="5d",algorithm=MD5,qop="auth"',
            "asterisk",
            "1700/abc",
            "MD5",
            ("auth",),
            False,
        ),
        ('Digest algorithm=md5, realm="a, b", nonce="n=1"', "a, b", "n=1", "MD5", (), False),
        (
            'DIGEST Realm = "r" , Nonce = "n" , QOP = "auth,auth-int" , Stale = TRUE',
            "r",
            "n",
            "MD5",
            ("auth", "auth-int"),
            True,
        ),
        (
            'Digest  realm="r", nonce="n", algorithm="SHA-256", qop=auth, stale="false"',
            "r",
            "n",
            "SHA-256",
            ("auth",),
            False,
        ),
        ('Digest realm="say \\"hi\\"",, nonce="n",', 'say "hi"', "n", "MD5", (), False),
        ("Digest", "", "", "MD5", (), False),
    ],
)
def test_challenges_of_peers(
    text: str, realm: str, nonce: str, algorithm: str, qop: tuple[str, ...], stale: bool
) -> None:
    parsed = Challenge.parse(text)
    assert parsed.is_digest
    assert (parsed.realm, parsed.nonce, parsed.algorithm, parsed.qop, parsed.stale) == (
        realm,
        nonce,
        algorithm,
        qop,
        stale,
    )
    assert Challenge.parse(str(parsed)) == parsed


@pytest.mark.parametrize(
    "text",
    [
        'Digest username="1001", realm="r", nonce="n", uri="sip:911@h;user=phone", '
        'response="AB", algorithm=MD5, cnonce="c,d", qop=auth, nc=00000001',
        'Digest username="1001",realm="r",nonce="n",uri="sip:911@h;user=phone",'
        'response="ab",cnonce="c,d",qop="AUTH",nc=00000001',
        'digest nc=00000001, qop=auth, cnonce="c,d", response="Ab", '
        'uri="sip:911@h;user=phone", nonce="n", realm="r", username="1001"',
    ],
)
def test_credentials_of_peers(text: str) -> None:
    parsed = Credentials.parse(text)
    assert parsed.is_digest
    assert (parsed.username, parsed.realm, parsed.nonce) == ("1001", "r", "n")
    assert (parsed.uri, parsed.response, parsed.algorithm) == ("sip:911@h;user=phone", "ab", "MD5")
    assert (parsed.qop, parsed.nonce_count, parsed.param("CNONCE")) == ("auth", 1, "c,d")
    assert Credentials.parse(str(parsed)) == parsed


def test_what_must_stand_in_quotes_does_and_nothing_else() -> None:
    pairs = tuple((name, "x") for name in ("username", "realm", "nonce", "uri", "response", "cnonce", "opaque"))
    assert str(Credentials("Digest", pairs)).count('"') == 14
    bare = (("algorithm", "MD5"), ("qop", "auth"), ("nc", "00000001"))
    assert str(Credentials("Digest", bare)) == "Digest algorithm=MD5, qop=auth, nc=00000001"
    assert str(Challenge("Digest", (("qop", "auth"), ("stale", "true")))) == 'Digest qop="auth", stale=true'
    assert str(Challenge("Digest", (("x", "needs quotes"),))) == 'Digest x="needs quotes"'


@pytest.mark.parametrize("known", [("SHA-256", "MD5"), ("MD5",), ("SHA-256",)])
def test_a_call_proves_itself(known: tuple[str, ...]) -> None:
    """INVITE, 401 with a challenge for each algorithm the trunk has a secret for, INVITE again: all over the wire."""
    secrets = {algorithm: ha1("pbx", REALM, "s3cret", algorithm) for algorithm in known}
    invite = Request("INVITE", "sip:911@callpoint.example", [("Via", "SIP/2.0/UDP h"), ("CSeq", "1 INVITE")])
    refusal = invite.response(401)
    nonce = make_nonce(KEY, 1000.0, b"saltsalt")
    for algorithm in ALGORITHMS:
        if algorithm in known:
            refusal.add("WWW-Authenticate", challenge(REALM, nonce, algorithm))
    received = parse(bytes(refusal))
    assert isinstance(received, Response)
    chosen = strongest(received.values("WWW-Authenticate"))
    assert chosen is not None
    assert chosen.algorithm == known[0]
    invite.set("Authorization", authorize(chosen, "INVITE", invite.uri, "pbx", "s3cret", "c", 1))
    again = parse(bytes(invite))
    credentials = Credentials.parse(again.required("Authorization"))
    counts = NonceCounts()
    verdicts = [check(credentials, "INVITE", secrets, key=KEY, counts=counts, now=1000.0 + n) for n in range(2)]
    assert verdicts == [Verdict.GOOD, Verdict.STALE]
    late = check(credentials, "INVITE", secrets, key=KEY, counts=NonceCounts(), now=1001.0 + NONCE_LIFETIME)
    assert late is Verdict.STALE
    assert check(credentials, "BYE", secrets, key=KEY, counts=NonceCounts(), now=1000.0) is Verdict.BAD


@given(
    username=strategies.names,
    realm=strategies.names,
    password=strategies.names,
    other=strategies.names,
    algorithm=st.sampled_from(ALGORITHMS),
    count=st.integers(1, 0xFFFFFFFF),
)
def test_any_name_and_password(
    username: str, realm: str, password: str, other: str, algorithm: str, count: int
) -> None:
    answer = authorize(challenge(realm, "nonce", algorithm), "INVITE", "sip:911@h", username, password, "c", count)
    credentials = Credentials.parse(answer)
    assert (credentials.username, credentials.realm, credentials.nonce_count) == (username, realm, count)
    assert verify(credentials, "INVITE", {algorithm: ha1(username, realm, password, algorithm)})
    if other != password:
        assert not verify(credentials, "INVITE", {algorithm: ha1(username, realm, other, algorithm)})
