"""Generated SIP values, and the texts they are made of."""

from hypothesis import strategies as st

from callpoint.sip.auth import Challenge, Credentials
from callpoint.sip.content_type import ContentType
from callpoint.sip.cseq import MAX_CSEQ, CSeq
from callpoint.sip.max_forwards import MaxForwards
from callpoint.sip.name_addr import NameAddr
from callpoint.sip.rack import MAX_RSEQ, RAck
from callpoint.sip.reason import MAX_CAUSE, Reason
from callpoint.sip.retry_after import RetryAfter
from callpoint.sip.session_expires import MAX_DELTA_SECONDS, SessionExpires
from callpoint.sip.uri import Uri
from callpoint.sip.via import Via

ALNUM = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

tokens = st.text(ALNUM + "-.!%*_+`'~", min_size=1, max_size=12)
# Anything a person may be called: no line break, and no half of a surrogate pair.
names = st.text(st.characters(exclude_characters="\r\n", exclude_categories=("Cs",)), max_size=20)
hosts = st.one_of(
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z]{2,5}){0,2}", fullmatch=True),
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
)
ports = st.none() | st.integers(0, 65_535)
quoted = st.text(ALNUM + " ;,=<>@", max_size=10).map(lambda text: f'"{text}"')


def params(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[tuple[str, str | None], ...]]:
    """Parameters with values of a kind, some without."""
    return st.lists(st.tuples(tokens, st.none() | values), max_size=4).map(tuple)


header_params = params(tokens | quoted)
uri_params = params(st.text(ALNUM + "-_.!~*'()%[]/:&+$", max_size=10))
users = st.text(ALNUM + "-_.!~*'()%&=+$,;?/", min_size=1, max_size=12)

sip_uris = st.builds(
    Uri,
    scheme=st.sampled_from(["sip", "sips"]),
    user=st.none() | users,
    host=hosts,
    port=ports,
    params=uri_params,
    headers=st.lists(st.tuples(st.text(ALNUM + "-%", min_size=1), st.text(ALNUM + "-%[]/?:+$")), max_size=2).map(tuple),
) | st.builds(
    Uri,
    scheme=st.just("sip"),
    user=users,
    password=st.text(ALNUM + "-_.!~*'()%&=+$,:", max_size=8),
    host=hosts,
    port=ports,
)
tel_uris = st.builds(
    Uri, scheme=st.just("tel"), opaque=st.from_regex(r"\+?[0-9().-]{1,15}", fullmatch=True), params=uri_params
)
opaque_uris = st.builds(
    Uri,
    scheme=st.from_regex(r"[a-z][a-z0-9+.-]{0,8}", fullmatch=True).filter(lambda s: s not in ("sip", "sips", "tel")),
    opaque=st.text(ALNUM + "-_.!~*'();/?:@&=+$,%#", min_size=1, max_size=20),
)
uris = st.one_of(sip_uris, tel_uris, opaque_uris)
name_addrs = st.builds(NameAddr, display=st.none() | names, uri=uris.map(str), params=header_params)
vias = st.builds(Via, transport=tokens.map(str.upper), host=hosts, port=ports, params=header_params)
cseqs = st.builds(CSeq, number=st.integers(0, MAX_CSEQ), method=tokens)
media_types = st.builds(ContentType, type=tokens, subtype=tokens, params=header_params)
_auth_params = st.lists(
    st.tuples(
        tokens | st.sampled_from(["realm", "nonce", "qop", "algorithm", "username", "uri", "response", "nc"]), names
    ),
    max_size=5,
).map(tuple)

values = st.one_of(
    uris,
    name_addrs,
    vias,
    cseqs,
    media_types,
    st.builds(MaxForwards, hops=st.integers(0, 255)),
    st.builds(
        SessionExpires, seconds=st.integers(0, MAX_DELTA_SECONDS), refresher=st.sampled_from([None, "uac", "uas"])
    ),
    st.builds(RAck, rseq=st.integers(0, MAX_RSEQ), cseq=cseqs),
    st.builds(
        Reason,
        protocol=tokens,
        cause=st.none() | st.integers(0, MAX_CAUSE),
        text=st.none() | names,
        params=header_params.map(lambda pairs: tuple(p for p in pairs if p[0].lower() not in ("cause", "text"))),
    ),
    st.builds(RetryAfter, seconds=st.integers(0, MAX_DELTA_SECONDS), params=header_params),
    st.builds(Challenge, scheme=tokens, params=_auth_params),
    st.builds(Credentials, scheme=tokens, params=_auth_params),
)
"""A value of any class."""
