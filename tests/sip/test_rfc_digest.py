"""Digest with published answers: RFC 2617, RFC 7616 §3.9 and the rules of RFC 8760 for SIP."""

import hashlib

import pytest

from callpoint.sip.auth import Challenge, Credentials
from callpoint.sip.digest import NonceCounts, Verdict, authorize, challenge, check, ha1, make_nonce, strongest, verify
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.message import Request

KEY, NOW = b"k" * 32, 1_700_000_000.0
NONCE_2617 = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
MUFASA_2617 = (
    f'Digest username="Mufasa", realm="testrealm@host.com", nonce="{NONCE_2617}", uri="/dir/index.html", '
    '{qop}response="{response}", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
SECRET_2617 = {"MD5": ha1("Mufasa", "testrealm@host.com", "Circle Of Life", "MD5")}


@pytest.mark.parametrize(
    ("qop", "response"),
    [
        ('qop=auth, nc=00000001, cnonce="0a4f113b", ', "6629fae49393a05397450978507c4ef1"),
        ("", "670fd8c2df070c60b045671b8b24ff02"),
    ],
)
def test_the_answers_of_rfc_2617(qop: str, response: str) -> None:
    credentials = Credentials.parse(MUFASA_2617.format(qop=qop, response=response))
    assert verify(credentials, "GET", SECRET_2617)
    assert not verify(credentials, "POST", SECRET_2617)
    wrong = response[:-1] + ("0" if response[-1] != "0" else "1")
    assert not verify(Credentials.parse(MUFASA_2617.format(qop=qop, response=wrong)), "GET", SECRET_2617)


def test_the_password_of_mufasa_hashes_as_published() -> None:
    assert SECRET_2617["MD5"] == "939e7578ed9e3c518a452acee763bce9"


def test_we_answer_the_challenge_of_rfc_2617_as_published() -> None:
    asked = (
        f'Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="{NONCE_2617}", '
        'opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    ours = Credentials.parse(authorize(asked, "GET", "/dir/index.html", "Mufasa", "Circle Of Life", "0a4f113b", 1))
    assert ours.response == "6629fae49393a05397450978507c4ef1"
    assert (ours.param("qop"), ours.param("nc"), ours.param("algorithm")) == ("auth", "00000001", None)
    assert ours.param("opaque") == "5ccc069c403ebaf9f0171e9517f40e41"


REALM_7616 = "http-auth@example.org"
CHALLENGE_7616 = (
    'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)
CNONCE_7616 = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
ANSWERS_7616 = {
    "MD5": "8ca523f5e9506fed4657c9700eebdbec",
    "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
}


@pytest.mark.parametrize("order", [("SHA-256", "MD5"), ("MD5", "SHA-256"), ("SHA-512-256", "MD5", "SHA-256")])
def test_the_stronger_of_the_challenges_of_rfc_7616_is_answered(order: tuple[str, ...]) -> None:
    asked = strongest([CHALLENGE_7616.format(algorithm=algorithm) for algorithm in order])
    assert asked is not None
    assert asked.algorithm == "SHA-256"
    ours = authorize(asked, "GET", "/dir/index.html", "Mufasa", "Circle of Life", CNONCE_7616, 1)
    assert Credentials.parse(ours).response == ANSWERS_7616["SHA-256"]


@pytest.mark.parametrize("algorithm", ["SHA-256", "MD5"])
def test_each_challenge_of_rfc_7616_has_its_published_answer(algorithm: str) -> None:
    asked = CHALLENGE_7616.format(algorithm=algorithm)
    ours = Credentials.parse(authorize(asked, "GET", "/dir/index.html", "Mufasa", "Circle of Life", CNONCE_7616, 1))
    assert ours.response == ANSWERS_7616[algorithm]
    assert len(ours.response) == 2 * hashlib.new(algorithm.replace("-", "").lower()).digest_size
    assert verify(ours, "GET", {algorithm: ha1("Mufasa", REALM_7616, "Circle of Life", algorithm)})


@pytest.mark.parametrize("algorithm", ["SHA-512-256", "MD5-sess", "SHA-256-sess", "AKAv1-MD5", "none"])
def test_an_algorithm_we_do_not_speak_is_neither_answered_nor_believed(algorithm: str) -> None:
    asked = CHALLENGE_7616.format(algorithm=algorithm)
    assert strongest([asked]) is None
    with pytest.raises(RemoteProtocolError):
        authorize(asked, "GET", "/", "Mufasa", "Circle of Life", CNONCE_7616, 1)
    claimed = f'Digest username="Mufasa", realm="{REALM_7616}", nonce="n", uri="/", algorithm={algorithm}, response="x"'
    secrets = {name: ha1("Mufasa", REALM_7616, "Circle of Life", name) for name in ANSWERS_7616}
    assert not verify(Credentials.parse(claimed), "GET", secrets)


def test_our_challenges_have_the_form_of_rfc_8760() -> None:
    values = [challenge("atlanta.example.com", make_nonce(KEY, NOW, b"saltsalt"), name) for name in ("SHA-256", "MD5")]
    message = Request("INVITE", "sip:911@h").response(401)
    for value in values:
        message.add("WWW-Authenticate", value)
    read = [Challenge.parse(value) for value in message.values("WWW-Authenticate")]
    assert [parsed.algorithm for parsed in read] == ["SHA-256", "MD5"]
    assert all(parsed.qop == ("auth",) for parsed in read)
    assert all('qop="auth"' in value and "algorithm=" in value and 'algorithm="' not in value for value in values)


def invite_credentials(nonce: str, nc: int, password: str = "zanzibar") -> Credentials:
    asked = challenge("atlanta.example.com", nonce, "SHA-256")
    return Credentials.parse(authorize(asked, "INVITE", "sip:911@h", "alice", password, "c0ffee", nc))


SECRETS = {"SHA-256": ha1("alice", "atlanta.example.com", "zanzibar", "SHA-256")}


def judge(credentials: Credentials, counts: NonceCounts, now: float = NOW, method: str = "INVITE") -> Verdict:
    return check(credentials, method, SECRETS, key=KEY, counts=counts, now=now)


def test_credentials_count_up_and_none_is_taken_twice() -> None:
    counts, nonce = NonceCounts(), make_nonce(KEY, NOW, b"saltsalt")
    assert [judge(invite_credentials(nonce, nc), counts) for nc in (1, 2, 3)] == [Verdict.GOOD] * 3
    assert judge(invite_credentials(nonce, 2), counts) is Verdict.STALE
    assert judge(invite_credentials(nonce, 4), counts) is Verdict.GOOD


def test_an_old_nonce_is_stale_only_for_who_knows_the_password() -> None:
    counts, nonce = NonceCounts(), make_nonce(KEY, NOW, b"saltsalt")
    assert judge(invite_credentials(nonce, 1), counts, now=NOW + 3600) is Verdict.STALE
    assert judge(invite_credentials(nonce, 1, "guess"), counts, now=NOW + 3600) is Verdict.BAD


def test_a_nonce_of_another_is_bad_whatever_the_password() -> None:
    foreign = make_nonce(b"x" * 32, NOW, b"saltsalt")
    assert judge(invite_credentials(foreign, 1), NonceCounts()) is Verdict.BAD


def test_credentials_are_for_one_method() -> None:
    nonce = make_nonce(KEY, NOW, b"saltsalt")
    assert judge(invite_credentials(nonce, 1), NonceCounts(), method="BYE") is Verdict.BAD


def test_a_wrong_guess_uses_no_count_up() -> None:
    counts, nonce = NonceCounts(), make_nonce(KEY, NOW, b"saltsalt")
    assert judge(invite_credentials(nonce, 1, "guess"), counts) is Verdict.BAD
    assert judge(invite_credentials(nonce, 1), counts) is Verdict.GOOD
