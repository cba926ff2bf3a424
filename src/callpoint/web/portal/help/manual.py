"""The manual: one Markdown file for each topic and language, beside this part of the program they describe.

A file begins with a few lines between two `---`: `title`, `for` (roles it is written for, separated by commas, or
`everybody`) and `order`. Raw HTML is not taken over, so that a page cannot do more than say something.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt

FOLDER: Final = Path(__file__).resolve().parent.parent.parent / "manual"
FIRST_LANGUAGE: Final = "en"
EVERYBODY: Final = "everybody"
EXCERPT_CHARS: Final = 160
_HEAD: Final = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_MARKS: Final = re.compile(r"[#*`_>|\[\]]|\(#?[\w/.-]+\)|^\s*[-:| ]+$", re.MULTILINE)


@dataclass(frozen=True)
class Topic:
    """One page of the manual: `html` to show, `plain` to search."""

    slug: str
    title: str
    roles: frozenset[str]
    order: int
    html: str
    plain: str

    def is_for(self, roles: Sequence[str]) -> bool:
        """Whether it is written for somebody with these roles."""
        return EVERYBODY in self.roles or bool(self.roles.intersection(roles))


@dataclass(frozen=True)
class Found:
    """A topic that holds what was searched for, with the words around the first place."""

    topic: Topic
    excerpt: str


@cache
def topics(language: str) -> tuple[Topic, ...]:
    """All topics in their order; what is not there in the language comes in the first one. Read once."""
    folder = FOLDER / language
    files = {path.stem: path for path in sorted((FOLDER / FIRST_LANGUAGE).glob("*.md"))}
    files |= {path.stem: path for path in sorted(folder.glob("*.md"))}
    return tuple(sorted((_read(path) for path in files.values()), key=lambda topic: (topic.order, topic.slug)))


def topic(slug: str, language: str) -> Topic | None:
    """The topic of this slug, if there is one."""
    return next((one for one in topics(language) if one.slug == slug), None)


def search(words: str, language: str) -> list[Found]:
    """Topics that hold every word, whatever its case and accents; those with it in the title first."""
    wanted = folded(words).split()
    if not wanted:
        return []
    hits = [one for one in topics(language) if all(word in folded(f"{one.title} {one.plain}") for word in wanted)]
    hits.sort(key=lambda one: not all(word in folded(one.title) for word in wanted))
    return [Found(one, _around(one.plain, wanted[0])) for one in hits]


def folded(text: str) -> str:
    """Small letters without accents."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )


def _read(path: Path) -> Topic:
    parts = _HEAD.match(path.read_text("utf-8"))
    if parts is None:
        raise ValueError(f"{path.name} has no head between two lines of ---")
    head = dict(line.split(": ", maxsplit=1) for line in parts[1].splitlines())
    roles = frozenset(role.strip() for role in head["for"].split(","))
    body = parts[2].strip()
    html = str(MarkdownIt("commonmark", {"html": False}).enable("table").render(body))
    # Wide tables scroll in a frame of their own, which the keyboard must reach, too.
    framed = html.replace("<table>", '<div class="table-responsive" tabindex="0"><table class="table">')
    framed = framed.replace("</table>", "</table></div>").replace("<th>", '<th scope="col">')
    plain = re.sub(r"\s+", " ", _MARKS.sub(" ", body)).strip()
    return Topic(path.stem, head["title"], roles, int(head["order"]), framed, plain)


def _around(plain: str, word: str) -> str:
    """The beginning of the sentence the word stands in, or as much before it as there is room."""
    at = folded(plain).find(word)
    begin = max(plain.rfind(". ", 0, max(at, 0)) + 2 if ". " in plain[: max(at, 0)] else 0, at - EXCERPT_CHARS // 2, 0)
    piece = plain[begin : begin + EXCERPT_CHARS]
    return piece if begin + EXCERPT_CHARS >= len(plain) else piece.rsplit(" ", 1)[0] + " …"
