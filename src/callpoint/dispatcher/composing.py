"""The notice for one recipient, made when it is sent: words, links, address and key of the plan as it is then."""

import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from callpoint.channels.notice import DeliveryError, Notice
from callpoint.channels.words import Words, render
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
WORDS_KEPT: Final = 2000


@dataclass(frozen=True)
class Addresses:
    """Where people reach the dispatcher, and the key links are signed with. Without a URL notices have no links."""

    public_url: str = ""
    link_key: str = ""


NO_ADDRESSES: Final = Addresses()


@dataclass(frozen=True)
class _Made:
    """Words, and what they were made of: another plan or another state of knowledge makes others."""

    plan: AlertPlan
    call: AlertCall
    words: Words


class Composer:
    """Recipients come from the plan of the notice's own organization alone, so that none of another's can be told."""

    def __init__(self, alerts: Alerts, clock: Clock, addresses: Addresses) -> None:
        self._alerts = alerts
        self._clock = clock
        self._addresses = addresses
        self._made: OrderedDict[tuple[str, ...], _Made] = OrderedDict()
        # Nobody's name or place can be this by chance; as long as a token is, since texts have a longest length.
        self._stand_in = secrets.token_urlsafe(40)

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
        words = self._words(delivery, alert, plan, subscription, language)
        token = links.make(self._addresses.link_key, links.Link(alert.id, delivery.recipient_id))
        delivery.words_trouble = words.trouble
        return Notice(
            key=delivery.key,
            alert=alert.id,
            type=delivery.type,
            organization=plan.organization,
            subject=words.subject,
            text=words.text.replace(self._stand_in, token),
            language=language,
            at=alert.call.at or now_text(alert.raised_at),
            test=alert.test,
            document={"call": alert.call_json, "state": alert.call_state, "acknowledged": alert.acknowledged},
            links=self._links(token),
        )

    def _words(
        self,
        delivery: Delivery,
        alert: OpenAlert,
        plan: AlertPlan,
        subscription: Subscription | None,
        language: str,
    ) -> Words:
        """Made once for all recipients they are the same for, but for the link, which is put in afterwards."""
        key = (alert.id, alert.call_state, delivery.subscription_id, delivery.channel, language)
        made = self._made.get(key)
        if made is not None and made.plan is plan and made.call is alert.call:
            return made.words
        words = render(
            alert.call,
            delivery.type,
            delivery.channel,
            language,
            templates=plan.templates,
            subscription_templates=subscription.templates if subscription is not None else (),
            organization=plan.name or plan.organization,
            time_zone=plan.time_zone,
            links=self._links(self._stand_in),
            state=alert.call_state,
            test=alert.test or None,
        )
        self._made[key] = _Made(plan, alert.call, words)
        while len(self._made) > WORDS_KEPT:
            self._made.popitem(last=False)
        return words

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

    def _links(self, token: str) -> Mapping[str, str]:
        url = self._addresses.public_url.rstrip("/")
        return {"acknowledge": f"{url}{links.PATH}{token}", "board": f"{url}{BOARD_PATH}"} if url else {}


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
