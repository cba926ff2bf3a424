"""The Additional Data blocks of one call (RFC 7852 §4): who carries it, which service, who it is about, and why."""

from functools import lru_cache
from typing import NamedTuple
from xml.sax.saxutils import escape

from callpoint.i3.additional_data import (
    AdditionalData,
    Comment,
    CommentText,
    ProviderInfo,
    ServiceInfo,
    SubscriberInfo,
    write,
)
from callpoint.i3.civic import tidy
from callpoint.i3.vcard import Telephone, VCard
from callpoint.node.context import CallMarks
from callpoint.routing.plan import CallPlan
from callpoint.routing.records import Provider, Target

COMMENT_LINES = 12  # a call taker reads a screen, not a log; the record keeps all
# Documents that differ from call to call in a word or two are written once by the strict writer, with these in the
# place of the words; writing them anew for each call took a tenth of its time.
_ANY_REFERENCE = "callpoint-reference"
_ANY_NAME = "callpoint-name"
_ANY_NUMBER = "+10000000000"


class Document(NamedTuple):
    """One block as it goes into the body, and the purpose that announces it."""

    content_type: str
    purpose: str
    body: bytes


def data_documents(plan: CallPlan, target: Target, marks: CallMarks, provider: Provider) -> list[Document]:
    """What goes along to `target`: i3 targets get every block; a carrier only the Comment, where there is one.

    A call that is unregistered, or goes to the relay center, always carries its reasons as a Comment. Raises
    DocumentError when a name or number cannot be written.
    """
    reference = f"{marks.call_id}@{marks.host}"
    documents: list[Document] = []
    if target.profile == "i3":
        mine = reference.encode()
        documents += [
            document._replace(body=document.body.replace(_ANY_REFERENCE.encode(), mine))
            for document in _of_provider(tidy(provider.name), provider.provider_id, marks.host)
        ]
        if plan.identity is not None and (plan.identity.name or plan.callback_number):
            documents.append(_subscriber(reference, tidy(plan.identity.name) or "unnamed", plan.callback_number))
    if plan.unregistered or target.kind == "relay_center":
        documents.append(_document(_comment(reference, plan)))
    return documents


@lru_cache(maxsize=16)
def _of_provider(name: str, provider_id: str, host: str) -> tuple[Document, ...]:
    """ProviderInfo and ServiceInfo, which are the same for every call but for the reference."""
    provider = ProviderInfo(
        data_provider_reference=_ANY_REFERENCE,
        data_provider_string=name or host,
        type_of_provider="Telecom Provider",
        contact_uri=f"sip:operator@{host}",
        languages=("en",),
        provider_id=provider_id or host,
        provider_id_series="NENA" if provider_id else "domain",
    )
    service = ServiceInfo(_ANY_REFERENCE, ("MLTS-hosted",), "Nomadic", "Business")
    return _document(provider), _document(service)


def _subscriber(reference: str, name: str, number: str) -> Document:
    """Who the call is about. The document is written once with stand-ins; here they give way to the person."""
    document = _of_anybody(with_number=bool(number))
    body = document.body.replace(_ANY_REFERENCE.encode(), reference.encode())
    body = body.replace(_ANY_NAME.encode(), escape(name).encode()).replace(_ANY_NUMBER.encode(), number.encode())
    return document._replace(body=body)


@lru_cache(maxsize=2)
def _of_anybody(with_number: bool) -> Document:
    telephones = (Telephone(f"tel:{_ANY_NUMBER}"),) if with_number else ()
    return _document(SubscriberInfo(_ANY_REFERENCE, (VCard(full_name=_ANY_NAME, telephones=telephones),)))


def _comment(reference: str, plan: CallPlan) -> Comment:
    lines = [reason.text for reason in plan.reasons]
    if plan.unusable_location is not None:
        lines.insert(0, f"Unconfirmed words of the location: {plan.unusable_location.civic.formatted()}")
    return Comment(reference, tuple(CommentText(tidy(line), "en") for line in lines[:COMMENT_LINES]))


def _document(block: AdditionalData) -> Document:
    return Document(block.content_type, block.purpose, write(block))
