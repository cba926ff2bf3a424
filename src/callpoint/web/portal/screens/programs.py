"""The installers of the Onsite program: which exist for this installation, and how to install them in silence.

They are built by `packaging/build.py`, on a machine of each system, and put into `installers/` of the data directory
with a `manifest.json`. What is not there is said not to be there.
"""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from callpoint.directory.access import Right
from callpoint.web.portal.page import OrganizationRequest, organization_page

logger = logging.getLogger(__name__)

FOLDER: Final = "installers"
SYSTEMS: Final = (("windows", _("Windows")), ("macos", _("macOS")), ("linux", _("Linux")))


@dataclass(frozen=True)
class Package:
    """A line of the manifest; `size` in bytes, `sha256` of the file, `host` the server it was built for."""

    system: str
    file: str
    size: int
    sha256: str
    version: str
    host: str
    built_at: str

    @property
    def other_host(self) -> bool:
        """Built for another server than this one: it would call there."""
        return self.host.rstrip("/") != settings.STREAMS_URL.rstrip("/")


@organization_page(Right.CALLS)
@require_safe
def programs(request: OrganizationRequest) -> HttpResponse:
    """What there is to download for each system, and what there is not."""
    found = packages()
    systems = [(key, title, [one for one in found if one.system == key]) for key, title in SYSTEMS]
    shown = {"systems": systems, "host": settings.STREAMS_URL, "onsite": f"{settings.STREAMS_URL}/onsite/"}
    return render(request, "portal/screens/programs.html", shown)


@organization_page(Right.CALLS)
@require_safe
def program(request: OrganizationRequest, name: str) -> HttpResponse:
    """A file of the manifest; nothing else of the directory."""
    if name not in {one.file for one in packages()}:
        raise Http404
    try:
        file = (_folder() / name).open("rb")
    except OSError as error:
        raise Http404 from error
    return cast(HttpResponse, FileResponse(file, as_attachment=True, filename=name))


def packages() -> list[Package]:
    """Those of the manifest whose files are there; none without a manifest, or with one nobody can read."""
    try:
        document = json.loads((_folder() / "manifest.json").read_text("utf-8"))
        listed = [_package(one) for one in (document["packages"] if isinstance(document, dict) else document)]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.error("the manifest of the installers cannot be read: %r", error)
        return []
    return [one for one in listed if (_folder() / one.file).is_file()]


def _package(one: dict[str, Any]) -> Package:
    """Raises ValueError, KeyError or TypeError for what is no line of a manifest."""
    file = str(one["file"])
    if Path(file).name != file:
        raise ValueError(f"{file!r} is no plain file name")
    texts = {name: str(one.get(name, "")) for name in ("sha256", "version", "host", "built_at")}
    return Package(str(one["system"]), file, int(one["size"]), **texts)


def _folder() -> Path:
    return Path(settings.DATA) / FOLDER
