"""Buildings chosen in a form, as lists of primary keys."""

from collections.abc import Iterable

from django.utils.translation import gettext

from callpoint.directory.models import Building, Organization
from callpoint.directory.rules import RuleError


def buildings_of(organization: Organization, chosen: Iterable[str]) -> list[int]:
    """The buildings of this organization that were chosen, each once, in the order of their keys.

    Raises `RuleError` for anything else: a building that was removed meanwhile, or somebody else's.
    """
    wanted = {one.strip() for one in chosen if one.strip()}
    keys = {int(one) for one in wanted if one.isascii() and one.isdigit() and len(one) < 19}
    found = set(Building.objects.filter(organization=organization, pk__in=keys).values_list("pk", flat=True))
    if len(found) != len(wanted):
        raise RuleError(gettext("names a building that is not there any more; choose again"))
    return sorted(found)
