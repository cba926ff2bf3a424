"""PSAPs made from boundaries and outside ECRFs; those an operator set up are used as they are."""

from collections.abc import Sequence

from callpoint.directory.mapping.serving import BOUNDARY, Serving
from callpoint.directory.models import Address, FixedRoute, Psap, Target


class PsapRows:
    """PSAPs by what serves an address. For one transaction, within `acting` and `everywhere`; rows are read as needed.

    A boundary's PSAP is found by its name, so that an operator's of that name wins. One named by an ECRF is found by
    where it comes from, and never takes a name somebody else has.
    """

    def __init__(self) -> None:
        self._known: dict[Serving, Psap] = {}

    def row(self, serving: Serving) -> Psap:
        """The PSAP, made if there is none; its targets follow what is published unless an operator keeps them."""
        found = self._known.get(serving)
        if found is None:
            found = self._known[serving] = _found(serving) or _made(serving)
            if found.source == serving.source:
                _follow(found, serving.uris)
        return found


def drop_unused() -> int:
    """Delete PSAPs made from elsewhere that no address and no route leads to any more; how many."""
    led_to = Address.objects.filter(psap__isnull=False).values("psap")
    routed_to = FixedRoute.objects.values("psap")
    unused = list(Psap.objects.exclude(source="").exclude(pk__in=led_to).exclude(pk__in=routed_to))
    for psap in unused:
        psap.delete()
    return len(unused)


def _found(serving: Serving) -> Psap | None:
    if serving.source == BOUNDARY:
        return Psap.objects.filter(name=serving.name).first()
    return Psap.objects.filter(source=serving.source, source_id=serving.source_id).first()


def _made(serving: Serving) -> Psap:
    psap = Psap(name=_free_name(serving), source=serving.source, source_id=serving.source_id)
    psap.save()
    return psap


def _free_name(serving: Serving) -> str:
    """The name, with a number behind where an ECRF gives two PSAPs the same one."""
    name, number = serving.name, 1
    while Psap.objects.filter(name=name).exists():
        number += 1
        name = f"{serving.name[:240]} #{number}"
    return name


def _follow(psap: Psap, uris: Sequence[str]) -> None:
    targets = list(psap.targets.all())
    if [target.uri for target in targets] == list(uris):
        return
    for target in targets[len(uris) :]:
        target.delete()
    for position, uri in enumerate(uris):
        target = targets[position] if position < len(targets) else Target(psap=psap)
        target.position, target.uri, target.name = position, uri, psap.name
        target.save()
