"""What a body may be before anybody looks at its meaning: its kind, its size, its depth, its characters."""

import json
from typing import Any, Final, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from callpoint.web.api.problems import Kind, Problem

JSON: Final = "application/json"
FORM: Final = "multipart/form-data"
LONGEST_JSON: Final = 2_000_000  # bytes; a thousand people with everything about them are a fifth of it
LONGEST_UPLOAD: Final = 52_428_800  # bytes; as the import pages (50 MB)
DEEPEST: Final = 16  # no document of ours is nested deeper than five


def check(request: HttpRequest, media_type: str) -> None:
    """Raises `Problem`: 415 for another media type, 413 for too long a body."""
    given = request.content_type or ""
    if given != media_type:
        found = f"it is {given}" if given else "there is none"
        raise Problem(Kind.MEDIA, f"The Content-Type must be {media_type}; {found}.")
    longest = LONGEST_JSON if media_type == JSON else LONGEST_UPLOAD
    if int(request.META.get("CONTENT_LENGTH") or 0) > longest:
        raise Problem(Kind.TOO_LARGE, f"At most {longest:,} bytes are taken here.")


def parsed(request: HttpRequest) -> Any:
    """The JSON value of the body. Raises `Problem` (400) for what is no JSON text, or no text we could keep."""
    try:
        value = json.loads(request.body.decode(), parse_constant=_no_number, object_pairs_hook=_once)
    except RequestDataTooBig as error:
        raise Problem(Kind.TOO_LARGE, f"At most {LONGEST_JSON:,} bytes are taken here.") from error
    except UnreadablePostError as error:
        raise Problem(Kind.MALFORMED, "The body ended before all of it had come.") from error
    except (ValueError, RecursionError) as error:
        raise Problem(Kind.MALFORMED, f"The body is no JSON text: {_why(error)}.") from error
    _check_value(value, DEEPEST)
    return value


def check_text(text: str, where: str) -> None:
    """Raises `Problem` (400) for characters no database keeps: NUL, and halves of a surrogate pair."""
    if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Problem(Kind.MALFORMED, f"{where} holds a character that cannot be kept (NUL, or half of a pair).")


def _check_value(value: Any, depth: int) -> None:
    if isinstance(value, str):
        check_text(value, "The body")
    elif isinstance(value, (dict, list)):
        if depth == 0:
            raise Problem(Kind.MALFORMED, f"The body is nested more than {DEEPEST} deep.")
        inner = [*value, *value.values()] if isinstance(value, dict) else value
        for one in inner:
            _check_value(one, depth - 1)


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two members of one name mean two things to two readers (RFC 8259 §4)."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:60]!r} stands twice in one object")
    return found
