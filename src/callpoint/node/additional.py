"""The Additional Data blocks of one call (RFC 7852 §4): who carries it, which service, who it is about, and why."""

from callpoint.i3.additional_data import (
    AdditionalData,
    Comment,
    CommentText,
    ProviderInfo,
    ServiceInfo,
    SubscriberInfo,
)
from callpoint.i3.civic import tidy
from callpoint.i3.vcard import Telephone, VCard
from callpoint.node.context import CallMarks
from callpoint.routing.plan import CallPlan
from callpoint.routing.records import Provider, Target

COMMENT_LINES = 12  # a call taker reads a screen, not a log; the record keeps all


def data_blocks(plan: CallPlan, target: Target, marks: CallMarks, provider: Provider) -> list[AdditionalData]:
    """What goes along to `target`: i3 targets get every block; a carrier only the Comment, where there is one.

    A call that is unregistered, or goes to the relay center, always carries its reasons as a Comment.
    """
    reference = f"{marks.call_id}@{marks.host}"
    blocks: list[AdditionalData] = []
    if target.profile == "i3":
        blocks.append(_provider(reference, provider, marks.host))
        blocks.append(ServiceInfo(reference, ("MLTS-hosted",), "Nomadic", "Business"))
        if plan.identity is not None and (plan.identity.name or plan.callback_number):
            blocks.append(_subscriber(reference, plan))
    if plan.unregistered or target.kind == "relay_center":
        lines = [reason.text for reason in plan.reasons]
        if plan.unusable_location is not None:
            lines.insert(0, f"Unconfirmed words of the location: {plan.unusable_location.civic.formatted()}")
        blocks.append(Comment(reference, tuple(CommentText(tidy(line), "en") for line in lines[:COMMENT_LINES])))
    return blocks


def _provider(reference: str, provider: Provider, host: str) -> ProviderInfo:
    return ProviderInfo(
        data_provider_reference=reference,
        data_provider_string=tidy(provider.name) or host,
        type_of_provider="Telecom Provider",
        contact_uri=f"sip:operator@{host}",
        languages=("en",),
        provider_id=provider.provider_id or host,
        provider_id_series="NENA" if provider.provider_id else "domain",
    )


def _subscriber(reference: str, plan: CallPlan) -> SubscriberInfo:
    person = plan.identity
    name = tidy(person.name) if person is not None else ""
    telephones = (Telephone(f"tel:{plan.callback_number}"),) if plan.callback_number else ()
    return SubscriberInfo(reference, (VCard(full_name=name or "unnamed", telephones=telephones),))
