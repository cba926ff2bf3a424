"""Forms whose fields are judged by `directory.editing`: what they look like, what was typed, and what is wrong with it.

The template is `portal/parts/typed_form.html`, which draws the fields and says each error beside its field and on top.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.http import QueryDict
from django.utils.functional import Promise

from callpoint.directory.editing.refused import WHOLE
from callpoint.directory.editing.typed import SEEN

Kind = Literal["text", "area", "select", "check", "password", "email"]
Words = str | Promise


@dataclass(frozen=True)
class Field:
    """A field as it is declared. `choices` are values with their titles; `wide` takes the whole line."""

    name: str
    label: Words
    help: Words = ""
    kind: Kind = "text"
    choices: Sequence[tuple[str, Words]] = ()
    placeholder: str = ""
    longest: int = 0
    rows: int = 3
    required: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Drawn:
    """A field as it is drawn."""

    field: Field
    value: str
    errors: list[str]

    @property
    def described_by(self) -> str:
        """IDs of what explains it to somebody who hears the page."""
        name = self.field.name
        told = [f"{name}-help"] if self.field.help else []
        return " ".join([*told, *([f"{name}-error"] if self.errors else [])])


@dataclass
class TypedForm:
    """Fields with what they hold, and after a try what is wrong (`errors` of a `Refused`)."""

    fields: Sequence[Field]
    values: Mapping[str, str]
    errors: Mapping[str, list[str]] = field(default_factory=dict)

    @property
    def drawn(self) -> list[Drawn]:
        return [Drawn(one, self.values.get(one.name, ""), self.errors.get(one.name, [])) for one in self.fields]

    @property
    def seen(self) -> str:
        """The fingerprint the form was filled from, "" without one."""
        return self.values.get(SEEN, "")

    @property
    def summary(self) -> list[tuple[str, Words, str]]:
        """Field, its label and the sentence, for the top of the page; ("", "", sentence) for one about the whole."""
        labels: dict[str, Words] = {one.name: one.label for one in self.fields}
        return [
            (name if name in labels else WHOLE, labels.get(name, ""), sentence)
            for name, sentences in self.errors.items()
            for sentence in sentences
        ]


def typed(fields: Sequence[Field], sent: QueryDict) -> dict[str, str]:
    """What was typed into these fields, check boxes as yes or no; with the fingerprint if there was one."""
    values = {
        one.name: ("yes" if one.name in sent else "no") if one.kind == "check" else sent.get(one.name, "")
        for one in fields
    }
    return values | ({SEEN: sent.get(SEEN, "")} if SEEN in sent else {})
