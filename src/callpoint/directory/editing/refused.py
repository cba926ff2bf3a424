"""What was not accepted, field by field."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from callpoint.directory.rules import RuleError

Kept = TypeVar("Kept")
WHOLE = ""
"""The field of a sentence that is about no single field."""


class Refused(ValueError):
    """Nothing was written. `errors` maps a field name ("" for the whole) to sentences that say what to do."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        super().__init__(
            "; ".join(f"{field}: {one}" if field else one for field, all_ in errors.items() for one in all_)
        )
        self.errors = {field: list(sentences) for field, sentences in errors.items()}


class Checks:
    """Collects what is wrong, so that everything is told at once."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def refuse(self, field: str, sentence: str) -> None:
        """Note that the field cannot be taken as it is."""
        self.errors.setdefault(field, []).append(sentence)

    def take(self, field: str, rule: Callable[[str], Kept], text: str) -> Kept | None:
        """What the rule makes of the text; None when it does not accept it, which is noted."""
        try:
            return rule(text)
        except RuleError as error:
            self.refuse(field, str(error))
            return None

    def done(self) -> None:
        """Raises `Refused` when anything was wrong."""
        if self.errors:
            raise Refused(self.errors)
