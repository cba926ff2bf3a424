"""Who may place calls here: trunks that prove themselves. Everybody else costs us as little as possible.

A source address or a TLS certificate is checked before a message reaches the transaction layer; a digest after it,
since its answer needs a transaction. A *known trunk's* call is never counted, delayed or refused here (promise 2).
"""

import secrets
import time
from collections.abc import Callable, Iterator

from callpoint.routing.records import Trunk
from callpoint.routing.trunk_match import Source, TrunkTable
from callpoint.routing.view import DirectoryView
from callpoint.sip.auth import Credentials
from callpoint.sip.digest import (
    ALGORITHMS,
    NonceCounts,
    NonceState,
    Verdict,
    challenge,
    check,
    check_nonce,
    make_nonce,
    verify,
)
from callpoint.sip.errors import RemoteProtocolError
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response

REMEMBERED_SOURCES = 10_000


class Admission:
    """Knows the trunks as they are now, and which of them a source is."""

    def __init__(
        self,
        view: DirectoryView,
        realm: str,
        peer_names: Callable[[Hop], tuple[str, ...]],
        psap_of: Callable[[Hop], str] = lambda source: "",
    ) -> None:
        """`psap_of` names the PSAP a source is, "" for anybody else."""
        self._view = view
        self.psap_of = psap_of
        self._realm = realm
        self._nonce_key = secrets.token_bytes(32)  # of this process: after a restart peers are challenged once more
        self._nonce_counts = NonceCounts()
        self._peer_names = peer_names
        self._table = TrunkTable(view.trunks())
        self._by_address: dict[str, Trunk | None] = {}

    def known(self, source: Hop) -> Trunk | None:
        """The trunk that this source proves itself to be by address or certificate; None for a stranger."""
        table = self._current()
        names = self.certificate_names(source)
        if names:
            match = table.find(Source(source.host, "", names))
            return match.trunk if match is not None else None
        if source.host not in self._by_address:
            if len(self._by_address) >= REMEMBERED_SOURCES:
                self._by_address.clear()  # a flood of forged sources must not fill the memory
            match = table.find(Source(source.host))
            self._by_address[source.host] = match.trunk if match is not None else None
        return self._by_address[source.host]

    @property
    def takes_digest(self) -> bool:
        """Whether any trunk proves itself by digest; else nobody is challenged."""
        return any(trunk.digest_username for trunk in self._current().trunks)

    def has_right_password(self, request: Request) -> bool:
        """Whether its credentials are a trunk's, be they worn out or used before; `by_digest` judges them for good."""
        return any(
            verify(credentials, request.method, trunk.digest_ha1)
            and check_nonce(self._nonce_key, credentials.nonce, time.time()) is not NonceState.FORGED
            for trunk, credentials in self._credentials(request)
        )

    def why_stranger(self, request: Request) -> tuple[str, str]:
        """For somebody who is let in by nothing: the user they say they are, and why they are a stranger.

        The reason is one of `fact_kinds.STRANGER`, "" for a right password whose nonce is one of before a restart:
        that peer does nothing wrong and comes again.
        """
        usernames = [credentials.username for credentials in _credentials(request) if credentials.username]
        tried = list(self._credentials(request))
        if any(verify(credentials, request.method, trunk.digest_ha1) for trunk, credentials in tried):
            return tried[0][1].username, ""
        if tried:
            return tried[0][1].username, "wrong_password"
        if usernames:
            return usernames[0], "unknown_user"
        return "", "no_credentials" if request.method == "INVITE" and self.takes_digest else "unknown_source"

    def certificate_names(self, source: Hop) -> tuple[str, ...]:
        """The names in the certificate a peer has shown, none without one."""
        return self._peer_names(source) if source.transport == "tls" else ()

    def by_digest(self, request: Request) -> tuple[Trunk | None, bool]:
        """The trunk whose credentials `request` carries, and whether they only were too old (RFC 7616 §3.3)."""
        for trunk, credentials in self._credentials(request):
            verdict = check(
                credentials,
                request.method,
                trunk.digest_ha1,
                key=self._nonce_key,
                counts=self._nonce_counts,
                now=time.time(),
            )
            if verdict is not Verdict.BAD:
                return (trunk, False) if verdict is Verdict.GOOD else (None, True)
        return None, False

    def challenge(self, response: Response, stale: bool) -> Response:
        """A 401 with one challenge for each algorithm that some trunk's password is kept for, strongest first.

        A phone answers the strongest it is offered: one nobody could ever pass would lock a correct phone out.
        """
        kept = {algorithm for trunk in self._current().trunks for algorithm in trunk.digest_ha1}
        for algorithm in [algorithm for algorithm in ALGORITHMS if algorithm in kept]:
            nonce = make_nonce(self._nonce_key, time.time(), secrets.token_bytes(8))
            response.add("WWW-Authenticate", challenge(self._realm, nonce, algorithm, stale))
        return response

    def _credentials(self, request: Request) -> Iterator[tuple[Trunk, Credentials]]:
        table = self._current()
        for credentials in _credentials(request):
            trunk = table.of_username(credentials.username)
            if trunk is not None:
                yield trunk, credentials

    def _current(self) -> TrunkTable:
        trunks = self._view.trunks()
        if trunks is not self._table.trunks:
            self._table = TrunkTable(trunks)
            self._by_address.clear()
        return self._table


def _credentials(request: Request) -> Iterator[Credentials]:
    for value in request.values("Authorization") + request.values("Proxy-Authorization"):
        try:
            yield Credentials.parse(value)
        except RemoteProtocolError:
            continue
