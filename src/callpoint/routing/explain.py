"""A plan in words: for `callpoint explain`, the pages, the journal, and the last sentence of a 933 call."""

from typing import Any, Final

from callpoint.routing.plan import CallLocation, CallPlan
from callpoint.routing.records import LocationRecord
from callpoint.routing.whose_location import in_words

_SOURCE_WORDS: Final = {
    "call": "brought by the call",
    "network": "detected from the network",
    "current": "current location",
    "assigned": "assigned location",
    "number": "location of the phone number",
    "none": "none",
}
_VERDICT_WORDS: Final = {"valid_corrected": "valid after correction", "area": "only the area is confirmed"}

# Of several causes the first in this order is said: the one whose remedy would also cure those after it.
_CAUSES: Final[dict[str, dict[str, str]]] = {
    "en": {
        "directory_unavailable": "the directory cannot be read at the moment",
        "organization_missing": "the call does not say which organization it belongs to",
        "organization_unknown": "the organization is not known",
        "location_ambiguous": "the registered address fits more than one place",
        "location_invalid": "the registered address could not be found",
        "location_refused": "the registered address was refused",
        "psap_unknown": "no emergency center is known for that place",
        "psap_without_targets": "the emergency center of that place cannot be reached directly",
        "identity_missing": "the call carried no employee ID",
        "identity_unknown": "this employee ID is not registered",
        "no_location": "no location is registered",
    },
    "fr": {
        "directory_unavailable": "le répertoire ne peut pas être lu en ce moment",
        "organization_missing": "l'appel ne dit pas à quelle organisation il appartient",
        "organization_unknown": "l'organisation n'est pas connue",
        "location_ambiguous": "l'adresse inscrite correspond à plusieurs endroits",
        "location_invalid": "l'adresse inscrite est introuvable",
        "location_refused": "l'adresse inscrite a été refusée",
        "psap_unknown": "aucun centre d'urgence n'est connu pour cet endroit",
        "psap_without_targets": "le centre d'urgence de cet endroit ne peut pas être joint directement",
        "identity_missing": "l'appel ne portait aucun numéro d'employé",
        "identity_unknown": "ce numéro d'employé n'est pas inscrit",
        "no_location": "aucun emplacement n'est inscrit",
    },
}
_SENTENCES: Final[dict[str, dict[str, str]]] = {
    "en": {
        "direct": "would go directly to {psap}",
        "relay": "would first be answered by the national relay center, because {cause}",
        "nobody": "could not be sent to anybody, because no relay center is set up",
    },
    "fr": {
        "direct": "irait directement à {psap}",
        "relay": "serait d'abord pris par le centre national de relais, car {cause}",
        "nobody": "ne pourrait être acheminé à personne, parce qu'aucun centre de relais n'est configuré",
    },
}


def goes_directly(plan: CallPlan) -> bool:
    """Whether the first to answer a real call would be a PSAP; true of tests as well, whose targets are empty."""
    reached = plan.psap is not None and bool(plan.psap.targets)
    return reached and not any(reason.code == "relay_center_first" for reason in plan.reasons)


def what_a_real_call_would_do(plan: CallPlan, language: str = "en") -> str:
    """The end of "a real call from you …", to be spoken. `language` as "en", "fr", "fr-CA"; others get English."""
    tongue = "fr" if language.lower().startswith("fr") else "en"
    sentences = _SENTENCES[tongue]
    if plan.psap is not None and goes_directly(plan):
        return sentences["direct"].format(psap=plan.psap.name)
    if any(reason.code == "relay_center_missing" for reason in plan.reasons):
        return sentences["nobody"]
    return sentences["relay"].format(cause=cause_of_relay(plan, language))


def cause_of_relay(plan: CallPlan, language: str = "en") -> str:
    """Why the relay center would answer first, as the end of "…, because"; for plans that do not go directly."""
    causes = _CAUSES["fr" if language.lower().startswith("fr") else "en"]
    codes = {reason.code for reason in plan.reasons}
    return next((words for code, words in causes.items() if code in codes), causes["no_location"])


def explained(plan: CallPlan) -> list[str]:
    """The chain as lines for a terminal or page: who, where, PSAP, targets, callback, told, cost, then each reason."""
    return [
        f"Who:       {_who(plan)}",
        f"Location:  {_where(plan)}",
        f"PSAP:      {plan.psap.name if plan.psap is not None else 'none'}",
        *_targets(plan),
        f"Callback:  {plan.callback_number or 'none'}",
        f"Told:      {'; '.join(plan.notified) or 'nobody'}",
        f"Cost:      {f'{plan.cost} {plan.currency}'.strip() if plan.cost else 'nothing extra'}",
        "Because:",
        *[f"  - {reason.text}" for reason in plan.reasons],
    ]


def plan_as_json(plan: CallPlan) -> dict[str, Any]:
    """The plan as plain JSON: the data of a `decided` fact (but for its incident_id) and of `explain --json`."""
    person = plan.identity
    return {
        "kind": plan.kind,
        "organization": plan.organization,
        "person": person.name if person is not None else "",
        "device_user_id": person.identity if person is not None else "",
        "callback_number": plan.callback_number,
        "location_source": plan.location_source,
        "location": _location(plan.location, plan.verdict),
        "unusable_location": _location(plan.unusable_location, ""),
        "psap": plan.psap.name if plan.psap is not None else "",
        "targets": [{"name": target.name, "uri": target.uri, "kind": target.kind} for target in plan.targets],
        "direct": goes_directly(plan),
        "unregistered": plan.unregistered,
        "cost": plan.cost,
        "currency": plan.currency,
        "reasons": [{"code": reason.code, "text": reason.text} for reason in plan.reasons],
        "notified": list(plan.notified),
    }


def _location(location: LocationRecord | CallLocation | None, verdict: str) -> dict[str, Any] | None:
    if location is None:
        return None
    plain: dict[str, Any] = {
        "civic": location.civic.to_fields() if location.civic is not None else {},
        "formatted": location.civic.formatted() if location.civic is not None else "",
        "verdict": verdict,
    }
    if isinstance(location, LocationRecord):
        return plain | {
            "point": list(location.point) if location.point is not None else None,
            "verdict": location.verdict,
            "method": location.method,
            "updated_at": location.updated_at,
            "building": location.building,
            "building_id": location.building_id,
            "id": location.id,
            "note": location.note,
        }
    centre = location.shape.centre if location.shape is not None else None
    point = [centre.lat, centre.lon] if centre is not None else None
    return plain | {
        "point": point,
        "method": "",
        "updated_at": "",
        "building": "",
        "building_id": "",
        "id": "",
        "note": "",
    }


def _who(plan: CallPlan) -> str:
    if plan.identity is None:
        return f"unknown ({plan.organization or 'no organization'})"
    if plan.identity.elin:
        return f"whoever calls from {plan.identity.identity}, the ELIN of a location ({plan.organization})"
    return f"{plan.identity.identity}, {plan.identity.name or 'without a name'} ({plan.organization})"


def _where(plan: CallPlan) -> str:
    if plan.location is not None:
        verdict = _VERDICT_WORDS.get(plan.verdict, plan.verdict)
        return f"{in_words(plan.location)} ({_SOURCE_WORDS[plan.location_source]}, {verdict})"
    if plan.unusable_location is not None:
        return f"none that can be used; in words only: {in_words(plan.unusable_location)}"
    return "none: unregistered"


def _targets(plan: CallPlan) -> list[str]:
    if not plan.targets:
        return ["Targets:   none"]
    heads = ["Targets:  ", *["          "] * (len(plan.targets) - 1)]
    return [
        f"{head} {number}. {target.name} <{target.uri}>"
        for number, (head, target) in enumerate(zip(heads, plan.targets, strict=True), start=1)
    ]
