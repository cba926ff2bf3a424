"""Who gets what of every page: one file for each part of the portal, gathered here.

A file holds `PAGES`, by the name of the URL. `test_pages.py` asks each page as each of the cast and holds the table
against the URLs there are; the browser looks at those an organization administrator or provider may open.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from tests.directory.cast import Cast

CAST = (
    "organization_administrator",
    "provider_administrator",
    "auditor",
    "security",
    "outsider",
    "nobody",
)
"""In this order statuses stand in tables."""


@dataclass(frozen=True)
class Page:
    """A page: where it is (a path of the cast's organization `acme`), and the status of GET for each of `CAST`.

    `writes` lists what POST answers, for pages that take one; a POST that is let in answers 200 (told what is wrong)
    or 302, one that is not 403 or 404. `snippet` marks answers that are no whole page, which the browser leaves out.
    """

    path: str | Callable[[Cast], str]
    statuses: tuple[int, int, int, int, int, int]
    writes: tuple[int, int, int, int, int, int] | None = None
    snippet: bool = False

    def at(self, people: Cast) -> str:
        return self.path if isinstance(self.path, str) else self.path(people)


def gathered() -> dict[str, Page]:
    """Every page of every file beside this one."""
    found: dict[str, Page] = {}
    for module in pkgutil.iter_modules(__path__):
        for name, page in importlib.import_module(f"{__name__}.{module.name}").PAGES.items():
            if name in found:
                raise ValueError(f"{name} stands in two tables")
            found[name] = page
    return found
