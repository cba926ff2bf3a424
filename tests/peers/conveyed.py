"""What a PSAP reads out of an emergency INVITE, read here with the standard library and none of our own parsers."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import HTTP
from xml.etree import ElementTree

from tests.peers.sipp import Traced

CIVIC = "{urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr}"
GML_POSITION = "{http://www.opengis.net/gml}pos"


@dataclass(frozen=True)
class Part:
    """One part of the body."""

    content_type: str
    content_id: str  # without the angle brackets
    body: bytes


@dataclass(frozen=True)
class Conveyed:
    """An emergency INVITE as it arrived."""

    invite: Traced

    @property
    def parts(self) -> list[Part]:
        """The parts of the body; a body of one kind is one part."""
        head, _, body = self.invite.text.partition("\r\n\r\n")
        if not body:
            head, _, body = self.invite.text.partition("\n\n")
        content_type = Traced("received", head).header("Content-Type")
        raw = body.encode("utf-8", errors="surrogateescape")
        whole = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + raw, policy=HTTP)
        found = whole.iter_parts() if whole.is_multipart() else [whole]
        return [
            Part(part.get_content_type(), str(part.get("Content-ID", "")).strip("<> "), part.get_payload(decode=True))
            for part in found
        ]

    def part(self, content_type: str) -> Part | None:
        """The first part of that type."""
        return next((part for part in self.parts if part.content_type == content_type.lower()), None)

    @property
    def civic(self) -> dict[str, str]:
        """The civic address of the PIDF-LO by value, {} without one."""
        document = self._pidf()
        if document is None:
            return {}
        elements = document.iter()
        return {
            element.tag.removeprefix(CIVIC): (element.text or "").strip()
            for element in elements
            if element.tag.startswith(CIVIC) and element.tag != f"{CIVIC}civicAddress"
        }

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude of the PIDF-LO."""
        document = self._pidf()
        position = document.find(f".//{GML_POSITION}") if document is not None else None
        if position is None or position.text is None:
            return None
        latitude, longitude = position.text.split()[:2]
        return float(latitude), float(longitude)

    @property
    def located(self) -> bool:
        """Whether the Geolocation header names, by cid:, a PIDF-LO that is really in the body (RFC 6442 §4.1)."""
        names = re.findall(r"<cid:([^>]+)>", ",".join(self.invite.headers("Geolocation")))
        part = self.part("application/pidf+xml")
        return part is not None and part.content_id in names

    @property
    def callback_number(self) -> str:
        """The number in P-Asserted-Identity."""
        found = re.search(r"(?:sips?|tel):(\+?\d+)", self.invite.header("P-Asserted-Identity"))
        return found[1] if found else ""

    @property
    def comments(self) -> str:
        """The text of every Comment block (RFC 7852 §4.5)."""
        bodies = [part.body for part in self.parts if part.content_type == "application/emergencycalldata.comment+xml"]
        return " ".join("".join(ElementTree.fromstring(body).itertext()).strip() for body in bodies)

    def _pidf(self) -> ElementTree.Element | None:
        part = self.part("application/pidf+xml")
        return ElementTree.fromstring(part.body) if part is not None else None
