"""Digest: the published examples, both sides against each other, nonces, counts and replays."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callpoint.sip.auth import Challenge, Credentials
from callpoint.sip.digest import (
    ALGORITHMS,
    COUNT_WINDOW,
    MAX_NONCES,
    NONCE_LIFETIME,
    NonceCounts,
    NonceState,
    Verdict,
    authorize,
    challenge,
    check,
    check_nonce,
    ha1,
    make_nonce,
    strongest,
    verify,
)
from callpoint.sip.errors import LocalProtocolError, RemoteProtocolError

KEY = b"k" * 32
SALT = b"12345678"
NOW = 1_700_000_000.0
REALM = "trunk.example"
SECRETS = {algorithm: ha1("pbx", REALM, "s3cret", algorithm) for algorithm in ALGORITHMS}

RFC7616 = (
    'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm={algorithm}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, '
    'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="{response}", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_examples_of_the_standard(algorithm: str, response: str) -> None:
    credentials = Credentials.parse(RFC7616.format(algorithm=algorithm, response=response))
    secrets = {algorithm: ha1("Mufasa", "http-auth@example.org", "Circle of Life", algorithm)}
    assert verify(credentials, "GET", secrets)
    assert not verify(credentials, "PUT", secrets)
    assert not verify(credentials, "GET", {})
    asked = challenge("http-auth@example.org", credentials.nonce, algorithm)
    ours = authorize(asked, "GET", "/dir/index.html", "Mufasa", "Circle of Life", credentials.param("cnonce") or "", 1)
    assert Credentials.parse(ours).response == response


def test_a_server_without_qop() -> None:
    asked = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5c"'
    given_back = Credentials.parse(authorize(asked, "GET", "/dir/index.html", "Mufasa", "Circle Of Life", "unused", 1))
    a1 = hashlib.md5(b"Mufasa:testrealm@host.com:Circle Of Life").hexdigest()
    a2 = hashlib.md5(b"GET:/dir/index.html").hexdigest()
    assert given_back.response == hashlib.md5(f"{a1}:dcd98b7102dd2f0e8b11d0f600bfb0c093:{a2}".encode()).hexdigest()
    assert (given_back.qop, given_back.param("cnonce"), given_back.nonce_count, given_back.param("opaque")) == (
        "",
        None,
        None,
        "5c",
    )
    assert given_back.param("algorithm") is None
    assert verify(given_back, "GET", {"MD5": a1})


def credentials_for(
    algorithm: str = "SHA-256", *, nonce: str | None = None, nc: int = 1, password: str = "s3cret"
) -> Credentials:
    asked = challenge(REALM, nonce or make_nonce(KEY, NOW, SALT), algorithm)
    return Credentials.parse(authorize(asked, "INVITE", "sip:911@h", "pbx", password, "c", nc))


def judge(credentials: Credentials, counts: NonceCounts | None = None, now: float = NOW) -> Verdict:
    return check(credentials, "INVITE", SECRETS, key=KEY, counts=counts or NonceCounts(), now=now)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_right_and_wrong_passwords(algorithm: str) -> None:
    assert judge(credentials_for(algorithm)) is Verdict.GOOD
    assert judge(credentials_for(algorithm, password="guess")) is Verdict.BAD


def test_an_old_nonce_is_stale_only_for_who_knows_the_password() -> None:
    later = NOW + NONCE_LIFETIME + 1
    assert judge(credentials_for(), now=later) is Verdict.STALE
    assert judge(credentials_for(password="guess"), now=later) is Verdict.BAD
    assert judge(credentials_for(nonce="made-up")) is Verdict.BAD


def test_a_count_is_used_once() -> None:
    counts = NonceCounts()
    assert judge(credentials_for(nc=1), counts) is Verdict.GOOD
    assert judge(credentials_for(nc=1), counts) is Verdict.STALE
    assert judge(credentials_for(nc=3), counts) is Verdict.GOOD
    assert judge(credentials_for(nc=2), counts) is Verdict.GOOD
    assert judge(credentials_for(nc=2), counts) is Verdict.STALE


def without(credentials: Credentials, name: str) -> Credentials:
    return Credentials(credentials.scheme, tuple(pair for pair in credentials.params if pair[0] != name))


def test_what_is_left_out_does_not_pass() -> None:
    for name in ("response", "nonce", "uri", "username", "cnonce", "nc", "algorithm"):
        verdict = judge(without(credentials_for(), name))
        # The user name chose the secret already; all else is part of the digest.
        assert verdict is (Verdict.GOOD if name == "username" else Verdict.BAD), name
    assert judge(Credentials("Basic", (), "cGJ4OnMzY3JldA==")) is Verdict.BAD
    assert not verify(Credentials("Digest", (("algorithm", "SHA-512-256"),)), "INVITE", SECRETS)
    assert not verify(Credentials("Digest", (("qop", "auth-int"),)), "INVITE", SECRETS)


@pytest.mark.parametrize(("count", "cnonce"), [("1", "c"), ("0000000g", "c"), ("00000001", "")])
def test_a_right_digest_without_a_sane_count_is_bad(count: str, cnonce: str) -> None:
    nonce = make_nonce(KEY, NOW, SALT)
    a2 = hashlib.md5(b"INVITE:sip:911@h").hexdigest()
    digest = hashlib.md5(f"{SECRETS['MD5']}:{nonce}:{count}:{cnonce}:auth:{a2}".encode()).hexdigest()
    params = {"nonce": nonce, "uri": "sip:911@h", "response": digest, "qop": "auth", "nc": count, "cnonce": cnonce}
    credentials = Credentials("Digest", tuple(params.items()))
    assert verify(credentials, "INVITE", SECRETS)
    assert judge(credentials) is Verdict.BAD


def test_credentials_without_qop_are_good_while_the_nonce_lives() -> None:
    nonce = make_nonce(KEY, NOW, SALT)
    old_style = Credentials.parse(
        authorize(f'Digest realm="{REALM}", nonce="{nonce}"', "INVITE", "sip:911@h", "pbx", "s3cret", "", 1)
    )
    assert judge(old_style) is Verdict.GOOD
    assert judge(old_style, now=NOW + NONCE_LIFETIME + 1) is Verdict.STALE


def test_nonces_prove_themselves() -> None:
    nonce = make_nonce(KEY, NOW, SALT)
    assert check_nonce(KEY, nonce, NOW) is NonceState.VALID
    assert check_nonce(KEY, nonce, NOW + NONCE_LIFETIME) is NonceState.VALID
    assert check_nonce(KEY, nonce, NOW + NONCE_LIFETIME + 0.1) is NonceState.STALE
    assert check_nonce(KEY, nonce, NOW - 60) is NonceState.STALE
    assert check_nonce(b"other", nonce, NOW) is NonceState.FORGED
    for forged in ("", "x", "é", nonce[:-4], nonce + "AAAA", "A" * len(nonce), nonce.swapcase()):
        assert check_nonce(KEY, forged, NOW) is NonceState.FORGED, forged
    assert make_nonce(KEY, NOW, b"87654321") != nonce
    with pytest.raises(LocalProtocolError):
        make_nonce(KEY, NOW, b"short")


@settings(max_examples=200)
@given(st.lists(st.integers(0, 300), max_size=80))
def test_no_count_is_taken_twice(order: list[int]) -> None:
    counts = NonceCounts()
    taken: set[int] = set()
    for count in order:
        highest = max(taken, default=0)
        expected = count > 0 and count not in taken and count > highest - COUNT_WINDOW
        assert counts.accept("n", count) is expected
        if expected:
            taken.add(count)


def test_the_memory_of_counts_is_bounded() -> None:
    counts = NonceCounts()
    for index in range(MAX_NONCES + 1):
        assert counts.accept(f"n{index}", 1)
    assert not counts.accept(f"n{MAX_NONCES}", 1)
    assert counts.accept("n0", 1)


def test_the_strongest_challenge_is_answered() -> None:
    md5, sha = challenge(REALM, "a", "MD5"), challenge(REALM, "b", "SHA-256")
    for offered in (
        [md5, sha],
        [sha, md5],
        ["Basic realm=x", "=", md5, 'Digest nonce="x", algorithm=SHA-512-256', sha],
    ):
        chosen = strongest(offered)
        assert chosen is not None
        assert chosen.algorithm == "SHA-256"
    assert strongest(["Basic realm=x", 'Digest realm="x"', 'Digest nonce="x", qop="auth-int"']) is None
    assert strongest([]) is None
    with pytest.raises(RemoteProtocolError) as caught:
        authorize("Basic realm=x", "INVITE", "sip:h", "u", "p", "c", 1)
    assert caught.value.status == 401


def test_a_challenge_as_it_is_written() -> None:
    text = challenge('a "b"', "n", "SHA-256", stale=True)
    assert text == 'Digest realm="a \\"b\\"", nonce="n", algorithm=SHA-256, qop="auth", stale=true'
    parsed = Challenge.parse(text)
    assert (parsed.realm, parsed.nonce, parsed.algorithm, parsed.qop, parsed.stale) == (
        'a "b"',
        "n",
        "SHA-256",
        ("auth",),
        True,
    )
    assert Challenge.parse('Digest realm="x"').algorithm == "MD5"
    with pytest.raises(LocalProtocolError):
        challenge(REALM, "n", "ROT13")


def test_credentials_as_they_are_written() -> None:
    text = str(credentials_for(nonce="n", nc=255))
    assert ", qop=auth, nc=000000ff" in text
    assert ", algorithm=SHA-256," in text
    assert text.startswith('Digest username="pbx", realm="trunk.example", nonce="n", uri="sip:911@h", response="')
    assert Credentials.parse("Digest nc=1").nonce_count is None
    assert Credentials.parse("NoOneKnowsThisScheme opaque-data=here").param("Opaque-Data") == "here"
    assert Credentials.parse(text).username == "pbx"
    assert Credentials.parse(text).is_digest
    bearer = Credentials.parse("Bearer abc.def==")
    assert (bearer.token68, bearer.is_digest, str(bearer)) == ("abc.def==", False, "Bearer abc.def==")
    for bad in ("", "=", "Digest a b", 'Digest "x"="y"'):
        with pytest.raises(RemoteProtocolError):
            Credentials.parse(bad)
