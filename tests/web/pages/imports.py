"""The pages of imports."""

from collections.abc import Callable

from tests.directory.cast import Cast
from tests.directory.imports.bringing import HEADER, TWO, USERS, compared
from tests.web.pages import Page

from callpoint.directory.models import ImportRun
from callpoint.directory.tenancy import everywhere

READ = (200, 200, 200, 403, 404, 302)
NO_GET = (405, 405, 403, 403, 404, 302)
CHANGE = (302, 302, 403, 403, 404, 302)
TOLD = (200, 200, 403, 403, 404, 302)
IMPORTS = "/organizations/acme/imports/"


def below(end: str) -> Callable[[Cast], str]:
    """A page of an import of `acme` that waits to be applied, with a wrong row; the same one for all pages."""
    return lambda people: f"{IMPORTS}{_waiting(people).pk}/{end}"


def _waiting(people: Cast) -> ImportRun:
    with everywhere():
        there = ImportRun.objects.filter(organization=people.acme, state=ImportRun.State.COMPARED).first()
    return there or compared(people.acme, USERS, HEADER + TWO + "A3,C,C,wrong,wrong")


PAGES = {
    "imports": Page(IMPORTS, READ),
    "import-upload": Page(f"{IMPORTS}upload/", NO_GET, TOLD),
    "import-columns": Page(f"{IMPORTS}columns/", READ),
    "import-template": Page(f"{IMPORTS}templates/users/", READ, snippet=True),
    "import": Page(below(""), READ),
    "import-mapping": Page(below("columns/"), NO_GET, TOLD),
    "import-progress": Page(below("progress/"), READ, snippet=True),
    "import-apply": Page(below("apply/"), NO_GET, TOLD),
    "import-cancel": Page(below("cancel/"), NO_GET, CHANGE),
    "import-undo": Page(below("undo/"), TOLD, CHANGE),
    "import-rejected": Page(below("rejected/"), READ, snippet=True),
}
