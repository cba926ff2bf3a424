"""Addresses as they come in and go out: one line of text, or the elements of CLDXF and PIDF-LO (RFC 5139 §3.1)."""

from typing import Annotated, Any, Final

from pydantic import Field

from callpoint.addresses.verdict import Suggestion, Verdict
from callpoint.directory.editing.addresses import chosen_of
from callpoint.directory.models import Address
from callpoint.directory.verdicts import ELEMENT_COLUMNS, civic_of
from callpoint.i3.civic import Civic
from callpoint.web.api.documents import Input, Output
from callpoint.web.api.problems import FieldError, Kind, Problem

Element = Annotated[str, Field(max_length=160)]
Line = Annotated[str, Field(max_length=500, examples=["115 State Street, Montpelier VT 05633"])]
CivicElements = dict[str, str]
"""The elements that are filled, by name."""
_GONE: Final = "is no suggestion of this address as it stands; ask again and choose one of its suggestions"


class CivicAddress(Input):
    """A street address by its elements; what is not given is empty."""

    country: Element = Field(description="US or CA.", examples=["US"])
    A1: Element = Field("", description="State or province.", examples=["VT"])
    A2: Element = Field("", description="County.")
    A3: Element = Field("", description="City or town.", examples=["Montpelier"])
    A4: Element = Field("", description="District of the city.")
    A5: Element = Field("", description="Neighbourhood.")
    A6: Element = Field("", description="Group of streets.")
    PRM: Element = Field("", description="Words before the street's name that belong to it (Old).")
    PRD: Element = Field("", description="Direction before the street's name.")
    STP: Element = Field("", description="Type before the street's name (Avenue).")
    RD: Element = Field("", description="The street's name.", examples=["State"])
    STS: Element = Field("", description="Type behind the street's name (Street).", examples=["Street"])
    POD: Element = Field("", description="Direction behind the street's name.")
    POM: Element = Field("", description="Words behind the street's name.")
    RDSEC: Element = Field("", description="Section of the road.")
    RDBR: Element = Field("", description="Branch of the road.")
    RDSUBBR: Element = Field("", description="Branch of the branch.")
    HNP: Element = Field("", description="Before the house number.")
    HNO: Element = Field("", description="House number.", examples=["115"])
    HNS: Element = Field("", description="Behind the house number (A, ½).")
    MP: Element = Field("", description="Milepost.")
    PN: Element = Field("", description="Number of a post or pole.")
    LMK: Element = Field("", description="Landmark.")
    LOC: Element = Field("", description="Further words on the place.")
    NAM: Element = Field("", description="Name of who is there.")
    PC: Element = Field("", description="Postal code.", examples=["05633"])
    PCN: Element = Field("", description="City as the post calls it.")
    BLD: Element = Field("", description="Name of the building.")
    SEAT: Element = Field("", description="Seat, desk.")
    PLC: Element = Field("", description="Kind of place (office).")
    POBOX: Element = Field("", description="Post office box; refused, since nobody can be sent there.")
    ADDCODE: Element = Field("", description="Additional code.")


AddressIn = Line | CivicAddress


def elements(address: CivicAddress) -> dict[str, str]:
    """The elements that were given."""
    return address.model_dump(exclude_unset=True)


def civic_or_text(address: str | CivicAddress) -> str | Civic:
    """As the desk of addresses takes it."""
    return address if isinstance(address, str) else Civic.from_fields(elements(address))


def suggestion_named(verdict: Verdict, choice: str) -> Suggestion:
    """The suggestion that was chosen. Raises `Problem` (422) when it is none."""
    found = chosen_of(verdict, choice)
    if found is None:
        raise Problem(Kind.REFUSED, "The choice cannot be taken.", [FieldError("accept", _GONE)])
    return found


class AddressDocument(Output):
    """A stored address and how far it is confirmed."""

    civic: CivicElements
    formatted: str
    verdict: Address.Verdict
    elements: dict[str, str] = Field(description="What the data set said of each element.")
    latitude: float | None
    longitude: float | None
    accuracy: str = Field(description="`point` or `range` of a data set, empty for a point given by hand.")
    dataset: str
    dataset_version: str
    psap: str | None = Field(description="Who answers there, where that is known ahead of a call.")


def address_document(address: Address) -> AddressDocument:
    """Ask for the address with its PSAP (`select_related`)."""
    civic = civic_of({column: getattr(address, column) for column in ELEMENT_COLUMNS.values()})
    values: dict[str, Any] = {
        name: getattr(address, name)
        for name in ("verdict", "elements", "latitude", "longitude", "accuracy", "dataset", "dataset_version")
    }
    psap = address.psap.name if address.psap is not None else None
    return AddressDocument(civic=civic.to_fields(), formatted=civic.formatted(), psap=psap, **values)
