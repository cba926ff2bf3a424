"""An organization's own words: text with `{{ variable }}` in it, and nothing else that means anything.

No conditions, loops, filters or attributes: a template can call nothing and reach nothing but the variables of
`channels.variables`. It is strict: what it does not know makes a template broken, which is told, never guessed at.
"""

import re
from collections.abc import Mapping
from typing import Final

from callpoint.channels.variables import NAMES

MAX_BODY: Final = 10_000
MAX_SUBJECT: Final = 500
# SMS are paid by the piece, and a longer announcement is not listened to.
MAX_SHORT_BODY: Final = 1_000

_PIECE: Final = re.compile(r"\{\{(?P<inside>[^{}]*)\}\}|(?P<stray>\{\{|\}\}|\{%|%\}|\{#|#\})")
_NAME: Final = re.compile(r"[a-z][a-z_]*\Z")

PROBLEMS: Final[Mapping[str, str]] = {
    "empty": "The text is empty.",
    "too_long": "The text has {length} characters; at most {most} are possible.",
    "subject_too_long": "The subject has {length} characters; at most {most} are possible.",
    "subject_lines": "The subject has more than one line.",
    "brace": "The {sign} at “{near}” belongs to no variable; variables are written as {{{{ person }}}}.",
    "no_name": "“{name}” is no name of a variable; variables are written as {{{{ person }}}}.",
    "unknown": "There is no variable called “{name}”.",
}
"""What can be wrong with a template, in the sentences `check_template` gives."""

_SHORT_CHANNELS: Final = frozenset({"sms", "voice"})
_NEAR: Final = 12


class BrokenTemplateError(Exception):
    """It cannot be used, in words for its administrator."""


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with its variables replaced; a value is never looked into again. Raises BrokenTemplateError."""
    problems = _problems(text)
    if problems:
        raise BrokenTemplateError(problems[0])
    return _PIECE.sub(lambda piece: values[piece["inside"].strip()], text)


def check_template(body: str, subject: str = "", channel: str = "email") -> list[str]:
    """Every problem of a template in a sentence; none: it can be used."""
    found = []
    most = MAX_SHORT_BODY if channel in _SHORT_CHANNELS else MAX_BODY
    if not body.strip():
        found.append(PROBLEMS["empty"])
    if len(body) > most:
        found.append(PROBLEMS["too_long"].format(length=len(body), most=most))
    if len(subject) > MAX_SUBJECT:
        found.append(PROBLEMS["subject_too_long"].format(length=len(subject), most=MAX_SUBJECT))
    if len(subject.splitlines()) > 1:
        found.append(PROBLEMS["subject_lines"])
    return found + list(dict.fromkeys([*_problems(subject), *_problems(body)]))


def _problems(text: str) -> list[str]:
    return [problem for piece in _PIECE.finditer(text) if (problem := _problem(piece, text))]


def _problem(piece: re.Match[str], text: str) -> str:
    if piece["stray"]:
        near = " ".join(text[max(0, piece.start() - _NEAR) : piece.end() + _NEAR].split())
        return PROBLEMS["brace"].format(near=near, sign=piece["stray"])
    name = piece["inside"].strip()
    if not _NAME.match(name):
        return PROBLEMS["no_name"].format(name=name)
    return "" if name in NAMES else PROBLEMS["unknown"].format(name=name)
