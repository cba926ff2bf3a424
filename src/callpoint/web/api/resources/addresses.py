"""Checking an address without keeping it."""

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from pydantic import Field

from callpoint.directory.scopes import Scope
from callpoint.web.api.answers import one
from callpoint.web.api.caller import ApiRequest
from callpoint.web.api.civic import AddressIn, CivicElements, civic_or_text, suggestion_named
from callpoint.web.api.documents import Input, Output
from callpoint.web.api.door import Endpoint
from callpoint.web.installation import address_desk

endpoint = Endpoint("Addresses", "What the loaded data sets say of an address, and who would answer a call from there.")


class AddressQuestion(Input):
    """An address as one writes it, or by its civic elements."""

    address: AddressIn
    accept: Annotated[str, Field(max_length=500)] | None = Field(
        None, description="`formatted` of a suggestion of an earlier verdict on the same address, to take it."
    )


class DataSet(Output):
    """The data set that said so; `sample` data confirms nothing real."""

    name: str
    version: str
    sample: bool = False


class AddressSuggestion(Output):
    """An address that exists and may be the one that was meant."""

    formatted: str
    civic: CivicElements
    why: str
    point: tuple[float, float] | None
    accuracy: Literal["point", "range", "area"] | None
    dataset: DataSet | None


class Sentence(Output):
    """A stable code for programs, a sentence for people."""

    code: str
    text: str


class Answering(Output):
    """A PSAP and the URI calls to it go to."""

    name: str
    uri: str


class AddressVerdict(Output):
    """As `callpoint validate --json` prints it."""

    input: str
    status: Literal["valid", "valid_corrected", "ambiguous", "area", "invalid", "refused"]
    civic: CivicElements
    formatted: str
    point: tuple[float, float] | None = Field(description="Latitude and longitude, WGS 84 degrees.")
    accuracy: Literal["point", "range", "area"] | None
    elements: dict[str, Literal["valid", "invalid", "unchecked"]]
    psap: Answering | None
    suggestions: list[AddressSuggestion]
    reasons: list[Sentence]
    warnings: list[Sentence]
    dataset: DataSet | None


@endpoint.post(
    "/organizations/{slug:slug}/addresses:validate",
    Scope.ADDRESSES_VALIDATE,
    AddressVerdict,
    200,
    summary="Check an address",
)
def validate_address(request: ApiRequest, slug: str, question: AddressQuestion) -> HttpResponse:
    """The verdict, the standard form, suggestions, and the PSAP. Nothing is kept."""
    desk = address_desk()
    asked = civic_or_text(question.address)
    verdict = desk.verdict(asked)
    if question.accept is not None:
        verdict = desk.verdict(asked, suggestion_named(verdict, question.accept))
    document: dict[str, Any] = desk.document(verdict)
    return one(AddressVerdict.model_validate(document), tagged=False)
