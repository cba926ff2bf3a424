"""A browser's offer, looked at before anything is opened for it: audio alone, in a form and size a browser sends.

Signalled as in WHEP (draft-ietf-wish-whep): one offer with all its candidates in, one answer out.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final

from aiortc.sdp import MediaDescription, SessionDescription

MAX_OFFER_CHARACTERS: Final = 32_000
MAX_CANDIDATES: Final = 40
"""More interfaces than any machine has; we send a packet to each of them."""
CODECS: Final = ("pcmu", "pcma", "opus")
"""In our order: the calls are G.711, so that Opus could only cost work. Every browser has all three (RFC 7874 §3)."""


class OfferError(ValueError):
    """What is wrong with an offer, for whoever sent it."""


@dataclass(frozen=True)
class BrowserOffer:
    """`sdp` as it was sent; `sends` and `receives` are the browser's."""

    sdp: str
    sends: bool
    receives: bool

    @classmethod
    def read(cls, sdp: object) -> "BrowserOffer":
        """Raises OfferError and nothing else."""
        if not isinstance(sdp, str) or not sdp.startswith("v=0") or len(sdp) > MAX_OFFER_CHARACTERS:
            raise OfferError("The offer is no session description.")
        try:  # the parser meets hostile text with whatever Python has for it
            description = SessionDescription.parse(sdp)
        except Exception as error:
            raise OfferError("The offer cannot be read.") from error
        if len(description.media) != 1 or description.media[0].kind != "audio":
            raise OfferError("The offer must hold one audio stream and nothing else.")
        audio = description.media[0]
        _check(audio)
        offered = audio.direction or "sendrecv"
        return cls(sdp, offered in ("sendrecv", "sendonly"), offered in ("sendrecv", "recvonly"))


def _check(audio: MediaDescription) -> None:
    if not {codec.mimeType.lower().removeprefix("audio/") for codec in audio.rtp.codecs} & set(CODECS):
        raise OfferError("The offer has none of PCMU, PCMA and Opus.")
    if audio.ice is None or not audio.ice.usernameFragment or not audio.ice.password:
        raise OfferError("The offer has no ICE credentials.")
    if audio.dtls is None or not audio.dtls.fingerprints:
        raise OfferError("The offer has no DTLS fingerprint.")
    if len(audio.ice_candidates) > MAX_CANDIDATES:
        raise OfferError(f"The offer has more than {MAX_CANDIDATES} candidates.")
    if not all(_is_somebodys(candidate.ip) for candidate in audio.ice_candidates):
        raise OfferError("The offer has a candidate that is nobody's address.")
    if audio.direction == "inactive" or audio.direction == "sendonly":
        raise OfferError("The offer does not want to hear anything.")


def _is_somebodys(host: str) -> bool:
    """One host's address, or the name a browser hides it behind (mDNS); what we send there must reach no group."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host.endswith(".local")
    whole_network = address == ipaddress.IPv4Address("255.255.255.255")
    return not (address.is_multicast or address.is_unspecified or whole_network)
