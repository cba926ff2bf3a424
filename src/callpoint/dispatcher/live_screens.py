"""Which Onsite screens are there now, and whether one of them stands for a recipient."""

from callpoint.channels.notice import Notice
from callpoint.dispatcher.alerts import Plans
from callpoint.routing.alert_records import EVERY_SCREEN, Recipient, Screen


class LiveScreens:
    """By organization; told by whoever serves the streams."""

    def __init__(self, plans: Plans) -> None:
        self._plans = plans
        self._live: dict[str, set[str]] = {}

    def sign(self, organization: str, screen: str, state: str) -> None:
        """As `Engine.screen_sign`."""
        live = self._live.setdefault(organization, set())
        if state == "lost":
            live.discard(screen)
        else:
            live.add(screen)

    def is_live(self, organization: str, recipient: Recipient) -> bool:
        """Whether the screen, or for EVERY_SCREEN any one of the organization's, is connected."""
        live = self._live.get(organization, set())
        return bool(live) if recipient.address == EVERY_SCREEN else recipient.address in live

    def shows(self, notice: Notice, recipient: Recipient) -> bool:
        """Whether a connected screen that the recipient stands for shows this notice: its building may be another's."""
        plan = self._plans.alert_plan(notice.organization)
        building = str((notice.document.get("call") or {}).get("building_id") or "")
        live = self._live.get(notice.organization, set())
        return plan is not None and any(
            _shows(screen, building)
            for screen in plan.screens
            if screen.id in live and recipient.address in (screen.id, EVERY_SCREEN)
        )


def _shows(screen: Screen, building: str) -> bool:
    return not screen.buildings or not building or building in screen.buildings
