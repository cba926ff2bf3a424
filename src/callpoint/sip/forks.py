"""The dialogs that one INVITE of ours sets up: early ones, and more than one when it was forked (RFC 3261 §13.2.2)."""

from __future__ import annotations

from callpoint.sip.dialog import Dialog
from callpoint.sip.hop import Hop
from callpoint.sip.message import Request, Response


class Forks:
    """Dialogs by To tag. `invite` is the request as sent, `hop` where it went."""

    def __init__(self, invite: Request, hop: Hop | None = None) -> None:
        self.dialogs: dict[str, Dialog] = {}
        self._invite = invite
        self._hop = hop

    @property
    def confirmed(self) -> list[Dialog]:
        """The dialogs answered with a 2xx, in their order; all but the one that is kept want ACK and BYE."""
        return [dialog for dialog in self.dialogs.values() if dialog.confirmed]

    def take(self, response: Response) -> Dialog | None:
        """The dialog `response` belongs to, made or confirmed by it.

        None for a 100, a provisional response without a To tag, and a refusal, which ends all early dialogs
        (RFC 3261 §13.2.2.3). RemoteProtocolError when its To cannot be read.
        """
        if response.status >= 300:
            self.dialogs = {dialog.remote_tag: dialog for dialog in self.confirmed}
            return None
        tag = response.to.tag or ""
        if response.status == 100 or (response.status < 200 and not tag):
            return None
        dialog = self.dialogs.get(tag)
        if dialog is None:
            dialog = self.dialogs[tag] = Dialog.as_caller(self._invite, response, self._hop)
        elif response.status >= 200 and not dialog.confirmed:
            dialog.confirm(response)
        return dialog
