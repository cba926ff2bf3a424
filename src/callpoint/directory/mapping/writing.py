"""Bringing a batch of addresses to what data sets say now, in one short transaction.

Verdicts take milliseconds each, so they are asked for before; an address that was changed meanwhile is left to the
outbox row of that change.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db import transaction

from callpoint.addresses.verdict import Verdict
from callpoint.directory.bulk import update_rows
from callpoint.directory.mapping.psap_rows import PsapRows
from callpoint.directory.mapping.serving import Sources, is_set_by_hand
from callpoint.directory.models import Address, LostMapping, Psap, RemappedAddress, acting
from callpoint.directory.models.base import Signature, Values
from callpoint.directory.models.chain import chain_of, hold
from callpoint.directory.tenancy import everywhere
from callpoint.directory.verdicts import (
    DISPATCHABLE,
    AddressError,
    Judge,
    civic_of,
    columns_of,
    complaint,
    is_same_place,
    settle,
)

WHO: Final = "worker"
_LONGEST: Final = 255
_What = RemappedAddress.What


@dataclass
class Written:
    """What became of a batch: the lines to be listed (without their remapping), and how many addresses changed."""

    lines: list[RemappedAddress] = field(default_factory=list)
    changed: int = 0


@dataclass(frozen=True)
class Judged:
    """An address as it was when it was judged."""

    values: Values
    verdict: Verdict


@dataclass(frozen=True)
class Judgement:
    """What was found for addresses, by their keys. `sets` are the names of all sets that ever were loaded here: what
    others have confirmed (a remote provider) is not for these to miss."""

    found: Mapping[int, Judged]
    sets: frozenset[str] = frozenset()


def judge_all(addresses: Iterable[Address], judge: Judge, sets: frozenset[str] = frozenset()) -> Judgement:
    """What the judge says of each address now, as far as that is to be believed."""
    found = {}
    for address in addresses:
        values, verdict = address.values(), judge.check(civic_of(address.values()))
        if judge.for_organization(address.organization).believes(verdict):
            found[address.pk] = Judged(values, verdict)
    return Judgement(found, sets)


def write(keys: Sequence[int], sources: Sources, why: str, judgement: Judgement | None = None) -> Written:
    """Bring the addresses of these keys to their verdicts (where given) and their PSAPs. Call within a transaction
    to have more written in the same one."""
    written = Written()
    with transaction.atomic(), everywhere(), acting(WHO, why):
        found = Address.objects.filter(pk__in=keys).order_by("pk").select_related("organization")
        # The history's chains before the rows, as whoever saves one does: or the two wait for each other in a circle.
        for owner in sorted(set(found.order_by().values_list("organization_id", flat=True))):
            hold(chain_of(owner))
        rows = [(address, address.values()) for address in found.select_for_update(of=("self",))]
        for address, before in rows:
            if judgement is not None and address.pk in judgement.found:
                written.lines += _take_verdict(address, before, judgement)
        _map(rows, sources, written)
        changed = [(address, before) for address, before in rows if address.values() != before]
        update_rows(changed, Signature(WHO, why))
        written.changed = len(changed)
    return written


def _take_verdict(address: Address, before: Values, judgement: Judgement) -> list[RemappedAddress]:
    """What confirms it better is taken over; what confirms it less is only told."""
    judged = judgement.found[address.pk]
    if not is_same_place(before, judged.values):
        return []
    verdict, now = judged.verdict, before["verdict"]
    try:
        if verdict.dispatchable or (verdict.status == "area" and now not in DISPATCHABLE):
            settle(address, columns_of(verdict), same_place=True)
            return [] if address.verdict == now else [_line(address, _What.VERDICT, now, address.verdict)]
        told = complaint(verdict)
    except AddressError as error:
        told = str(error)
    if now in DISPATCHABLE:
        if verdict.status == "area" and before["dataset"] not in judgement.sets:
            return []
        said = " ".join(filter(None, [before["dataset"], before["dataset_version"]]))
        return [_line(address, _What.NOT_CONFIRMED, f"{now} by {said}", told)]
    return [_line(address, _What.DOUBTED, now, told)]


def _map(rows: Sequence[tuple[Address, Values]], sources: Sources, written: Written) -> None:
    lost = _lost_mappings([address for address, _ in rows])
    psaps = PsapRows()
    names = {psap.pk: psap.name for psap in Psap.objects.filter(pk__in={before["psap_id"] for _, before in rows})}
    for address, before in rows:
        if is_set_by_hand(before):
            continue
        serving = sources.serving(address.values(), lost.get(address.pk), address.organization.sample)
        psap = psaps.row(serving) if serving is not None else None
        address.psap = psap
        address.psap_source = serving.told_by if serving is not None else ""
        if address.psap_id != before["psap_id"]:
            old, new = names.get(before["psap_id"], ""), psap.name if psap is not None else ""
            written.lines.append(_line(address, _What.PSAP, old, new))


def _lost_mappings(addresses: Sequence[Address]) -> dict[int, LostMapping]:
    """What outside ECRFs said, as far as the organization still goes by the one that said it."""
    urls = {address.pk: address.organization.ecrf_url for address in addresses}
    found = LostMapping.objects.filter(address__in=[key for key, url in urls.items() if url])
    return {mapping.address_id: mapping for mapping in found if mapping.url == urls[mapping.address_id]}


def _line(address: Address, what: str, before: str, after: str) -> RemappedAddress:
    return RemappedAddress(
        organization_id=address.organization_id,
        address=address,
        what=what,
        before=before[:_LONGEST],
        after=after[:_LONGEST],
    )
