"""What has an address of its own, a building or a home: how the address is given, and how it is refused."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from pydantic import Field

from callpoint.directory.editing.refused import Refused
from callpoint.web.api.civic import AddressIn, CivicAddress, elements
from callpoint.web.api.documents import Input, texts
from callpoint.web.api.problems import FieldError, Kind, Problem, from_refused


class AddressedValues(Input):
    """An address, and the point it has where no data set gives one."""

    address: AddressIn | None = Field(
        None, description="One line, or by elements. An address that cannot be confirmed is refused with suggestions."
    )
    accept: Annotated[str, Field(max_length=500)] = Field(
        "", description="`formatted` of a suggestion for this address, to take that instead."
    )
    latitude: float | None = Field(None, ge=-90, le=90, description="By hand, where no data set gives a point.")
    longitude: float | None = Field(None, ge=-180, le=180)


def fields_of(values: AddressedValues) -> dict[str, str]:
    """As `directory.editing` takes them: the address in one line, or its elements by name."""
    fields = texts(values, "address")
    if isinstance(values.address, str):
        fields["address"] = values.address
    elif values.address is not None:
        fields |= elements(values.address)
    return fields


@contextmanager
def refused_by_path(values: AddressedValues) -> Iterator[None]:
    """Tells what is refused within the block as a `Problem` (422), an element under the path it has in `values`."""
    try:
        yield
    except Refused as error:
        by_elements = isinstance(values.address, CivicAddress)
        told = [
            FieldError(
                f"address.{one.field}" if by_elements and one.field in CivicAddress.model_fields else one.field,
                one.detail,
            )
            for one in from_refused(error)
        ]
        raise Problem(Kind.REFUSED, "Nothing was written.", told) from error
