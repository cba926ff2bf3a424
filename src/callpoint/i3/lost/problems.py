"""What goes wrong in LoST, and what a server wants to have said beside its answer (RFC 5222 §13)."""

from dataclasses import dataclass
from typing import Final, Literal, get_args

from callpoint.i3.errors import DocumentError

ErrorKind = Literal[
    "badRequest",
    "forbidden",
    "internalError",
    "locationProfileUnrecognized",
    "locationInvalid",
    "SRSInvalid",
    "loop",
    "notFound",
    "serverError",
    "serverTimeout",
    "serviceNotImplemented",
]
WarningKind = Literal["locationValidationUnavailable", "serviceSubstitution", "defaultMappingReturned"]

ERROR_KINDS: Final[frozenset[str]] = frozenset(get_args(ErrorKind))
WARNING_KINDS: Final[frozenset[str]] = frozenset(get_args(WarningKind))


@dataclass(frozen=True, slots=True)
class Problem:
    """One error (RFC 5222 §13.1) with a sentence for people.

    `unsupported_profiles` names what a location was given in when none of it is understood
    (locationProfileUnrecognized); readers keep kinds of later standards under their name.
    """

    kind: ErrorKind | str
    message: str = ""
    language: str = "en"
    unsupported_profiles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Warnings:
    """What `source` wants known about an answer that is good all the same (RFC 5222 §13.2)."""

    source: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Errors:
    """The answer of a server that has none (RFC 5222 §13.1); of each kind one at most."""

    source: str
    problems: tuple[Problem, ...]

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(problem.kind for problem in self.problems)


class LostDocumentError(DocumentError):
    """A LoST document that cannot be read; `kind` is the error a server answers with (RFC 5222 §13.1)."""

    def __init__(self, kind: ErrorKind, text: str) -> None:
        super().__init__(text)
        self.kind: ErrorKind = kind
