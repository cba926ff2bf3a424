"""Alert plans from the directory's rows: everything the dispatcher needs while the central database is away."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from callpoint.directory.access import RIGHTS, Right
from callpoint.directory.models import Membership, Organization
from callpoint.directory.models.account import EVERY_PLAN
from callpoint.directory.sealing import UnsealError, unseal
from callpoint.notices.models import (
    OUTBOX_KIND,
    BuildingPlan,
    Group,
    MonitorPhone,
    MonitorSettings,
    Recipient,
    Screen,
    Subscription,
    Template,
)
from callpoint.routing import alert_records as records
from callpoint.snapshot.changes import Change, Put

logger = logging.getLogger(__name__)

_WATCHING: Final = [role for role, rights in RIGHTS.items() if Right.CALLS in rights]


def alert_plans(touched: Mapping[str, Sequence[int]] | None) -> Iterator[Change]:
    """Plans of the organizations that rows of these kinds concern (`publisher.AlertPlans`)."""
    for organization in _concerned(touched):
        yield Put(plan_of(organization))


def plan_of(organization: Organization) -> records.AlertPlan:
    """The plan as the rows are now. Call within a scope that includes the organization."""
    settings = MonitorSettings.objects.filter(organization=organization).first()
    recipients = list(Recipient.objects.filter(organization=organization, enabled=True).order_by("pk"))
    groups = {group.pk: group for group in Group.objects.filter(organization=organization)}
    subscriptions = Subscription.objects.filter(organization=organization, enabled=True).order_by("pk")
    return records.AlertPlan(
        organization=organization.slug,
        name=organization.name,
        language=organization.language,
        time_zone=organization.time_zone,
        subscriptions=tuple(_subscription(one, groups, {found.pk for found in recipients}) for one in subscriptions),
        recipients=tuple(map(_recipient, recipients)),
        templates=tuple(map(_template, _templates(organization))),
        screens=tuple(map(_screen, Screen.objects.filter(organization=organization, revoked_at=None).order_by("pk"))),
        watchers=_watchers(organization),
        monitoring=_monitoring(settings, MonitorPhone.objects.filter(organization=organization).order_by("pk")),
        buildings=tuple(map(_building, _buildings(organization))),
    )


def _concerned(touched: Mapping[str, Sequence[int]] | None) -> Iterable[Organization]:
    if touched is None or (OUTBOX_KIND in touched and EVERY_PLAN in touched[OUTBOX_KIND]):
        return Organization.objects.order_by("pk")
    wanted = {key for kind in (OUTBOX_KIND, "organization") for key in touched.get(kind, ())}
    with_plan = BuildingPlan.objects.filter(building__in=list(touched.get("building", ())))
    wanted.update(with_plan.values_list("organization_id", flat=True))
    return Organization.objects.filter(pk__in=wanted).order_by("pk")


def _subscription(one: Subscription, groups: Mapping[int, Group], recipients: set[int]) -> records.Subscription:
    return records.Subscription(
        id=str(one.pk),
        name=one.name,
        type=cast(records.AlertType, one.type),
        steps=tuple(_step(step, groups[step["group"]], recipients) for step in one.steps if step["group"] in groups),
        buildings=tuple(map(str, one.buildings)),
        locations=tuple(map(str, one.locations)),
        trunks=tuple(one.trunks),
        people=tuple(one.people),
        templates=tuple(map(str, one.templates)),
        quiet_tests=one.quiet_tests,
    )


def _step(step: Mapping[str, Any], group: Group, recipients: set[int]) -> records.AlertStep:
    return records.AlertStep(
        recipients=tuple(str(key) for key in group.members if key in recipients),
        after_seconds=step["after_seconds"],
        group=group.name,
        duty=tuple(records.DutyTime(tuple(one["days"]), one["begins"], one["ends"]) for one in group.duty),
    )


def _recipient(one: Recipient) -> records.Recipient:
    return records.Recipient(
        id=str(one.pk),
        channel=cast(records.Channel, one.channel),
        address=one.address,
        name=one.name,
        language=one.language,
        secret=_unsealed(one),
    )


def _unsealed(one: Recipient) -> str:
    """Unsigned rather than untold: a lost key must not keep a whole plan from being published."""
    if not one.secret:
        return ""
    try:
        return unseal(one.secret)
    except UnsealError as error:
        logger.error("the signing key of recipient %d cannot be read (%s); its notices go out unsigned", one.pk, error)
        return ""


def _templates(organization: Organization) -> Iterable[Template]:
    """The organization's own before the provider's, so that the first that fits is the nearer one."""
    own = Template.objects.filter(organization=organization).order_by("pk")
    return [*own, *Template.objects.filter(organization=None).order_by("pk")]


def _template(one: Template) -> records.TemplateRecord:
    return records.TemplateRecord(
        id=str(one.pk),
        name=one.name,
        type=one.type,
        channel=cast(records.Channel, one.channel),
        language=one.language,
        body=one.body,
        subject=one.subject,
    )


def _screen(one: Screen) -> records.Screen:
    return records.Screen(str(one.pk), one.name, one.digest, tuple(map(str, one.buildings)), one.language)


def _watchers(organization: Organization) -> tuple[records.Watcher, ...]:
    held = Membership.objects.filter(role__in=_WATCHING, account__is_active=True)
    rights: dict[int, set[Right]] = {}
    accounts = {}
    for one in held.select_related("account").order_by("account"):
        if one.organization_id in (None, organization.pk):
            rights.setdefault(one.account_id, set()).update(RIGHTS[one.role])
            accounts[one.account_id] = one.account
    return tuple(
        records.Watcher(str(key), account.name or account.email, account.language, Right.MONITOR in rights[key])
        for key, account in accounts.items()
    )


def _monitoring(settings: MonitorSettings | None, phones: Iterable[MonitorPhone]) -> records.Monitoring:
    found = tuple(records.MonitorPhone(str(one.pk), one.name, one.number, one.pin_digest) for one in phones)
    if settings is None:
        return records.Monitoring(phones=found)
    return records.Monitoring(
        mode=cast(records.MonitorMode, settings.mode),
        announce=settings.announce,
        record=settings.record and bool(settings.legal_notice_by),
        retention_days=settings.retention_days,
        dial_in=settings.dial_in,
        phones=found,
    )


def _buildings(organization: Organization) -> Iterable[BuildingPlan]:
    return BuildingPlan.objects.filter(organization=organization).select_related("building__address").order_by("pk")


def _building(one: BuildingPlan) -> records.BuildingPlan:
    address = one.building.address
    point = None if address.latitude is None or address.longitude is None else (address.latitude, address.longitude)
    return records.BuildingPlan(str(one.building_id), one.building.name, one.directions, one.picture, point)
