"""What responders are shown of a building: the way in, in words, and a picture of a floor plan."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils.translation import gettext

from callpoint.directory.editing.refused import Checks
from callpoint.directory.editing.typed import refuse_if_changed
from callpoint.directory.models import Building
from callpoint.directory.rules import RuleError
from callpoint.notices.models import BuildingPlan

FOLDER: Final = "floor-plans"
LONGEST_DIRECTIONS: Final = 2000
MAX_BYTES: Final = 5_000_000
_KINDS: Final = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"))


def plan_of(building: Building) -> BuildingPlan:
    """The building's, not yet saved where nothing was ever said."""
    found = BuildingPlan.objects.filter(building=building).first()
    return found or BuildingPlan(organization=building.organization, building=building)


def save_plan(data: Path, building: Building, fields: Mapping[str, str], picture: bytes | None) -> BuildingPlan:
    """Sets `directions` and, unless None, the picture (b"" takes it away); its file lies in `data`/floor-plans.

    Raises `Refused` for what is no PNG or JPEG of at most 5 MB, OSError when it cannot be written.
    """
    checks = Checks()
    plan = plan_of(building)
    directions = checks.take("directions", _directions, fields.get("directions", ""))
    name = plan.picture
    if picture is not None:
        name = checks.take("picture", lambda _: _name_for(picture), "") or ""
    checks.done()
    if picture:
        _keep(data / FOLDER / name, picture)
    plan.directions, plan.picture = directions or "", name
    with transaction.atomic():
        if not plan._state.adding:
            refuse_if_changed(plan, fields)
        plan.save()
    return plan


def forget_plan(*, instance: Building, **_: object) -> None:
    """With a building goes what was said of it: kept in the history, and out of what is published."""
    for plan in BuildingPlan.objects.filter(building=instance):
        plan.delete()


def _directions(text: str) -> str:
    kept = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))
    if len(kept) > LONGEST_DIRECTIONS:
        raise RuleError(gettext("is longer than %(most)d characters; say the essential") % {"most": LONGEST_DIRECTIONS})
    if not all(character.isprintable() or character == "\n" for character in kept):
        raise RuleError(gettext("holds a control character; type it again"))
    return kept


def _name_for(picture: bytes) -> str:
    """By its content, so that the same picture is kept once and a changed one is never taken for the old."""
    if not picture:
        return ""
    if len(picture) > MAX_BYTES:
        raise RuleError(gettext("is larger than 5 MB; save it smaller"))
    kind = next((kind for begins, kind in _KINDS if picture.startswith(begins)), "")
    if not kind:
        raise RuleError(gettext("is no PNG or JPEG picture; save the plan as one of these"))
    return f"{hashlib.sha256(picture).hexdigest()}.{kind}"


def _keep(path: Path, picture: bytes) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        draft = path.with_suffix(".new")
        draft.write_bytes(picture)
        os.replace(draft, path)
