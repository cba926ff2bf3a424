"""What documents of the interface are made of: strict ones that come in, exact ones that go out."""

from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Item = TypeVar("Item")
LARGEST_ID = 2**63 - 1
Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Text = Annotated[str, Field(max_length=1000)]
Line = Annotated[str, Field(max_length=300)]


class Input(BaseModel):
    """A body: no field that is unknown, no number where a text belongs."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Output(BaseModel):
    """An answer: every field is always there."""

    model_config = ConfigDict(extra="forbid")


class Listed(Output, Generic[Item]):
    """One page of a collection."""

    items: list[Item]
    next: str | None = Field(description="Where the next page is; null on the last one.")


def texts(document: BaseModel, *without: str) -> dict[str, str]:
    """The fields that were given, as `directory.editing` takes them: texts by name, as somebody would type them."""
    given = document.model_dump(exclude_unset=True, exclude=set(without))
    return {name: _typed(value) for name, value in given.items()}


def _typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return str(value)
