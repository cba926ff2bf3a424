"""The notice for one recipient, made when it is sent: words, links, address and key of the plan as it is then."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callpoint.channels.notice import DeliveryError, Notice
from callpoint.channels.words import render
from callpoint.dispatcher import links
from callpoint.dispatcher.alerts import Alerts
from callpoint.dispatcher.clock import Clock
from callpoint.dispatcher.deliverer import NotSentError
from callpoint.dispatcher.delivery import SELF_TEST, Delivery
from callpoint.dispatcher.open_alert import OpenAlert
from callpoint.dispatcher.own_journal import now_text
from callpoint.routing.alert_call import AlertCall
from callpoint.routing.alert_records import AlertPlan, Recipient, Subscription

BOARD_PATH: Final = "/board/"


@dataclass(frozen=True)
class Addresses:
    """Where people reach the dispatcher, and the key links are signed with. Without a URL notices have no links."""

    public_url: str = ""
    link_key: str = ""


NO_ADDRESSES: Final = Addresses()


class Composer:
    """Recipients come from the plan of the notice's own organization alone, so that none of another's can be told."""

    def __init__(self, alerts: Alerts, clock: Clock, addresses: Addresses) -> None:
        self._alerts = alerts
        self._clock = clock
        self._addresses = addresses

    def compose(self, delivery: Delivery) -> tuple[Notice, Recipient]:
        """Raises NotSentError where there is nothing to send any more, DeliveryError where there may be later."""
        if delivery.attempts and self._clock.monotonic() > delivery.last_moment:
            raise NotSentError("given up: it could not be sent for too long", failed=True)
        if delivery.message:
            return _message(delivery)
        plan = self._alerts.plan(delivery.organization)
        if plan is None:
            raise DeliveryError("the organization's alert plan cannot be read")
        recipient = next((one for one in plan.recipients if one.id == delivery.recipient_id), None)
        if recipient is None or recipient.channel != delivery.channel:
            raise NotSentError("is no recipient any more")
        if delivery.type == SELF_TEST:
            return self._self_test(delivery, plan, recipient), recipient
        return self._alert(delivery, plan, recipient), recipient

    def _alert(self, delivery: Delivery, plan: AlertPlan, recipient: Recipient) -> Notice:
        alert = self._alerts.get(delivery.organization, delivery.alert)
        if alert is None:
            raise NotSentError("its alert is long over", failed=True)
        if delivery.channel == "voice" and delivery.attempts and alert.acknowledged:
            raise NotSentError("acknowledged meanwhile")
        language = recipient.language or plan.language
        subscription = next((one for one in plan.subscriptions if one.id == delivery.subscription_id), None)
        found = self._links(delivery, alert, language)
        words = render(
            alert.call,
            delivery.type,
            delivery.channel,
            language,
            templates=plan.templates,
            subscription_templates=_templates(subscription),
            organization=plan.name or plan.organization,
            time_zone=plan.time_zone,
            links=found,
            state=alert.call_state,
            test=alert.test or None,
        )
        delivery.words_trouble = words.trouble
        return Notice(
            key=delivery.key,
            alert=alert.id,
            type=delivery.type,
            organization=plan.organization,
            subject=words.subject,
            text=words.text,
            language=language,
            at=alert.call.at or now_text(alert.raised_at),
            test=alert.test,
            document={"call": alert.call.to_json(), "state": alert.call_state, "acknowledged": alert.acknowledged},
            links=found,
        )

    def _self_test(self, delivery: Delivery, plan: AlertPlan, recipient: Recipient) -> Notice:
        language = recipient.language or plan.language
        call = AlertCall(organization=plan.organization, at=now_text(self._clock.wall()))
        words = render(
            call,
            SELF_TEST,
            delivery.channel,
            language,
            templates=plan.templates,
            organization=plan.name or plan.organization,
            time_zone=plan.time_zone,
            test=True,
        )
        return Notice(
            key=delivery.key,
            alert="",
            type=SELF_TEST,
            organization=plan.organization,
            subject=words.subject,
            text=words.text,
            language=language,
            at=call.at,
            test=True,
        )

    def _links(self, delivery: Delivery, alert: OpenAlert, language: str) -> Mapping[str, str]:
        url = self._addresses.public_url.rstrip("/")
        if not url:
            return {}
        until = int(self._clock.wall() + links.GOOD_FOR_SECONDS)
        link = links.Link(alert.organization, alert.id, delivery.recipient_id, delivery.recipient, language, until)
        token = links.make(self._addresses.link_key, link)
        return {"acknowledge": f"{url}{links.PATH}{token}", "board": f"{url}{BOARD_PATH}"}


def _templates(subscription: Subscription | None) -> tuple[str, ...]:
    return subscription.templates if subscription is not None else ()


def _message(delivery: Delivery) -> tuple[Notice, Recipient]:
    message = delivery.message
    recipient = Recipient("", "email", message["address"], delivery.recipient, message.get("language", ""))
    notice = Notice(
        key=delivery.key,
        alert="",
        type=delivery.type,
        organization=delivery.organization,
        subject=message["subject"],
        text=message["text"],
        language=message.get("language") or "en",
        at=now_text(delivery.queued_at),
    )
    return notice, recipient
