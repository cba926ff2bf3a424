"""A remote provider beside the data sets: asked about an address they know only the area of, and about no other."""

import threading
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Final

from callpoint.addresses.elements import states
from callpoint.addresses.remote.choice import provider_of
from callpoint.addresses.remote.provider import Evidence, Exchange, Provider, RemoteError, ask
from callpoint.addresses.remote.settings import RemoteProvider
from callpoint.addresses.verdict import Reason, Verdict

# A provider that is down would cost every address of an import its seconds.
PAUSE_SECONDS: Final = 60.0


class SecondOpinion:
    """Lets a provider raise an *area* to *valid*, under the provider's name. It can never lower or change a verdict.

    Safe to share between threads. After trouble nobody is asked for PAUSE_SECONDS.
    """

    def __init__(
        self, provider: Provider, exchange: Exchange, seconds: float, clock: Callable[[], float] = monotonic
    ) -> None:
        self._provider = provider
        self._exchange = exchange
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._silent_until = float("-inf")

    def on(self, verdict: Verdict) -> Verdict:
        """The verdict with what the provider knows; takes at most the seconds it was given. Never raises for what a
        provider does."""
        if verdict.status != "area" or not (verdict.civic.HNO and verdict.civic.RD) or not self._is_to_be_asked():
            return verdict
        try:
            evidence = ask(self._provider, verdict.civic, self._exchange, total_seconds=self._seconds)
        except RemoteError as error:
            with self._lock:
                self._silent_until = self._clock() + PAUSE_SECONDS
            return _with(verdict, "remote_silent", f"{error}; the verdict is that of the loaded data alone.")
        if evidence is None or evidence.point is None or evidence.accuracy not in ("point", "range"):
            return _with(verdict, "remote_unknown", f"{self._provider.name} does not know this address, either.")
        if not evidence.confirms_door:
            return _with(verdict, "remote_differs", f"{self._provider.name} has {evidence.civic.formatted()} instead.")
        return self._confirmed(verdict, evidence)

    def _is_to_be_asked(self) -> bool:
        with self._lock:
            return self._clock() >= self._silent_until

    def _confirmed(self, verdict: Verdict, evidence: Evidence) -> Verdict:
        where = "at the door" if evidence.accuracy == "point" else "estimated along the road"
        reason = Reason(
            "remote_confirmed", f"{self._provider.name} confirms street and number; the position is {where}."
        )
        return replace(
            verdict,
            status="valid",
            point=evidence.point,
            accuracy=evidence.accuracy,
            elements=states(verdict.civic, {**verdict.elements, **evidence.elements}),
            reasons=(reason,),
            dataset=evidence.dataset,
        )


def second_opinion(settings: RemoteProvider, exchange: Exchange) -> SecondOpinion | None:
    """By the provider of the settings; None when none is wanted. Raises ValueError as `provider_of` does."""
    provider = provider_of(settings.kind, settings.url, settings.email, settings.user_agent)
    return SecondOpinion(provider, exchange, settings.seconds) if provider is not None else None


def _with(verdict: Verdict, code: str, text: str) -> Verdict:
    return replace(verdict, reasons=(*verdict.reasons, Reason(code, text)))
