"""What the node says to people it calls, and to guards on the phone, in English and French."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_ENGLISH: Final = MappingProxyType(
    {
        "acknowledge": "Press one to acknowledge.",
        "join": "Press two to join the call.",
        "thanks": "Acknowledged. Thank you.",
        "cannot_join": "The call cannot be joined now.",
        "guard": "There is an emergency call to listen to. Press one to listen.",
        "listening": "You are listening. The parties cannot hear you.",
        "listening_may_join": "You are listening. The parties cannot hear you. Press one to speak, and zero to stop.",
        "joining": "You are joining the call. You will be heard.",
        "call_over": "The call has ended. Goodbye.",
        "monitoring_ended": "Monitoring has ended. Goodbye.",
        "pin": "Please enter your P I N, followed by the pound key.",
        "wrong_pin": "That is not right.",
        "refused": "Access is refused. Goodbye.",
        "no_call": "There is no emergency call now. Goodbye.",
        "which_call": "There is more than one call.",
        "choice": "For the call of {who}, press {key}.",
        "somebody": "an unknown caller",
        "unknown_number": "This number is not known to the emergency service of this company. Nobody was called.",
        "nobody_answers": "Nobody could be reached at this number. Its phones did not answer. Please try again later.",
    }
)
_FRENCH: Final = MappingProxyType(
    {
        "acknowledge": "Faites le un pour confirmer la réception.",
        "join": "Faites le deux pour vous joindre à l'appel.",
        "thanks": "Réception confirmée. Merci.",
        "cannot_join": "Il est impossible de se joindre à l'appel en ce moment.",
        "guard": "Un appel d'urgence peut être écouté. Faites le un pour l'écouter.",
        "listening": "Vous écoutez. On ne vous entend pas.",
        "listening_may_join": "Vous écoutez. On ne vous entend pas. Faites le un pour parler, le zéro pour vous taire.",
        "joining": "Vous vous joignez à l'appel. On vous entendra.",
        "call_over": "L'appel est terminé. Au revoir.",
        "monitoring_ended": "L'écoute est terminée. Au revoir.",
        "pin": "Entrez votre code, suivi du carré.",
        "wrong_pin": "Ce code n'est pas le bon.",
        "refused": "L'accès est refusé. Au revoir.",
        "no_call": "Il n'y a aucun appel d'urgence en ce moment. Au revoir.",
        "which_call": "Il y a plus d'un appel.",
        "choice": "Pour l'appel de {who}, faites le {key}.",
        "somebody": "une personne inconnue",
        "unknown_number": "Ce numéro est inconnu du service d'urgence de cette entreprise. Personne n'a été appelé.",
        "nobody_answers": "Personne n'a pu être joint à ce numéro. Veuillez réessayer plus tard.",
    }
)


def phrases(language: str) -> Mapping[str, str]:
    """By a language tag such as "fr-CA"; English where we have none."""
    return _FRENCH if language.lower().startswith("fr") else _ENGLISH


def fixed_phrases() -> tuple[str, ...]:
    """Every text without a blank to fill, of both languages: rendered when the node starts."""
    return tuple(text for table in (_ENGLISH, _FRENCH) for text in table.values() if "{" not in text)
