"""Which number the PSAP calls back when the line drops."""

from callpoint.routing.identity import us_or_canadian
from callpoint.routing.plan import Reason
from callpoint.routing.reasons import reason
from callpoint.routing.records import Identity


def callback_number(identity: Identity | None, caller_number: str) -> tuple[str, tuple[Reason, ...]]:
    """The number in E.164, "" when there is none, and why this one.

    The person's own choice, else the number the person is known by, else the one the call came from; for an ELIN that
    itself. A number that is not dialable in the US or Canada is passed over and named: calling it back would reach
    nobody.
    """
    reasons: list[Reason] = []
    if identity is not None and identity.elin and (number := us_or_canadian(identity.identity)):
        return number, (reason("callback_from_elin", number=number),)
    if identity is not None and identity.callback_number:
        if number := us_or_canadian(identity.callback_number):
            return number, (reason("callback_from_person", number=number),)
        reasons.append(reason("callback_unusable", number=identity.callback_number))
    if identity is not None and identity.kind == "phone_number" and (number := us_or_canadian(identity.identity)):
        return number, (*reasons, reason("callback_from_identity", number=number))
    if number := us_or_canadian(caller_number):
        return number, (*reasons, reason("callback_from_call", number=number))
    return "", (*reasons, reason("callback_none"))
