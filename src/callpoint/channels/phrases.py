"""How one language tells of alerts; `phrases_en` and `phrases_fr` fill it in.

Texts with `{…}` are ours and filled by `str.format` with the values of `channels.variables`, which are never read as
templates themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Phrases:
    """Mappings with an alert type as their key have all of them, and "self_test", "welcome", "update_available",
    "reminder" besides."""

    language: str
    titles: Mapping[str, str]
    subjects: Mapping[str, str]
    leads: Mapping[str, str]
    advice: Mapping[str, str]  # none for a type where nothing is to be done
    shorts: Mapping[str, str]  # how a text message begins
    labels: Mapping[str, str]
    colon: str
    states: Mapping[str, str]
    inside: Mapping[str, str]  # floor, unit, room with a value
    unknown_caller: str
    no_callback: str
    no_location: str
    unsure: str
    relay_center: str
    psap_unnamed: str
    money_form: str
    test_mark: str
    voice_opening: str
    voice_test: str
    footer: str

    def caller(self, person: str, device_user_id: str, caller_number: str) -> str:
        """Who it is: name and ID, else what is known."""
        if person and device_user_id and person != device_user_id:
            return f"{person} ({device_user_id})"
        return person or device_user_id or caller_number or self.unknown_caller

    def place(self, values: Mapping[str, str]) -> str:
        """Building, floor, unit and room, as far as they are known."""
        inside = [form.format(values[name]) for name, form in self.inside.items() if values[name]]
        return ", ".join([values["building"], *inside] if values["building"] else [])

    def destination(self, psap: str, direct: bool) -> str:
        """Where the call goes."""
        return (psap or self.psap_unnamed) if direct else self.relay_center

    def money(self, amount: str, currency: str) -> str:
        return self.money_form.format(amount=amount, currency=currency).strip() if amount else ""


def short_language(language: str) -> str:
    """ "en" or "fr" for a language tag such as "fr-CA"; English where we have none."""
    return "fr" if language.lower().startswith("fr") else "en"
