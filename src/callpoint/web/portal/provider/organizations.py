"""The organizations of this installation: finding one, making one with its administrator, saying how it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from callpoint.calls.models import CallRecord
from callpoint.directory import rules
from callpoint.directory.editing.invitation import last_invitation
from callpoint.directory.editing.members import ROLE_NAMES, appoint, memberships_in
from callpoint.directory.editing.organizations import create_organization, save_organization
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Account, Membership, Organization, Person, Readiness, Trunk
from callpoint.directory.rules import RuleError
from callpoint.web.portal.page import provider_page
from callpoint.web.portal.provider.frame import page
from callpoint.web.portal.typed_form import Field, TypedForm, typed

ON_A_PAGE: Final = 50
STATUS_NAMES: Final[dict[str, Promise]] = {
    "onboarding": _("Onboarding"),
    "active": _("Active"),
    "warned": _("Warned"),
    "suspended": _("Suspended"),
}
STATUS_MEANINGS: Final[tuple[tuple[Promise, Promise], ...]] = (
    (STATUS_NAMES["onboarding"], _("Being set up. Calls are delivered as they will be later.")),
    (STATUS_NAMES["active"], _("In service.")),
    (STATUS_NAMES["warned"], _("Told to put something right, unregistered calls for instance. Calls are delivered.")),
    (
        STATUS_NAMES["suspended"],
        _(
            "No longer in service. Its 911 calls are delivered all the same, and each is marked as one of a suspended "
            "organization: an emergency call is never refused."
        ),
    ),
)
_STATUSES: Final = tuple(STATUS_NAMES.items())
_COUNTRIES: Final = (("US", _("United States")), ("CA", _("Canada")))
_CURRENCIES: Final = (("USD", "USD"), ("CAD", "CAD"))
_COMMON: Final = (
    Field("name", _("Name"), longest=120, required=True),
    Field("status", _("Status"), kind="select", choices=_STATUSES),
    Field("country", _("Country"), kind="select", choices=_COUNTRIES),
    Field("language", _("Language"), kind="select", choices=tuple(settings.LANGUAGES)),
    Field("time_zone", _("Time zone"), placeholder="America/New_York"),
    Field("currency", _("Currency"), kind="select", choices=_CURRENCIES),
    Field(
        "unregistered_fee",
        _("Fee for an unregistered call"),
        _("What a call without a usable location is charged. Empty: the provider's fee."),
        placeholder="100.00",
    ),
)
_SLUG: Final = Field(
    "slug",
    _("Short name (slug)"),
    _("Stands in addresses of pages and in every routing record, and never changes. Empty: made from the name."),
    longest=40,
)
_ADMINISTRATOR: Final = (
    Field("admin_email", _("E-mail of its first administrator"), kind="email", longest=254, required=True),
    Field("admin_name", _("Name of its first administrator"), longest=120),
)
NEW: Final = (_COMMON[0], _SLUG, *_COMMON[1:], *_ADMINISTRATOR)
_AT_FIRST: Final = {
    "status": "onboarding",
    "country": "US",
    "language": "en",
    "time_zone": "America/New_York",
    "currency": "USD",
}


@dataclass(frozen=True)
class Row:
    """An organization in the list. `ready` counts people whose call would do all it should, None before it is known."""

    organization: Organization
    status: Promise
    people: int
    ready: int | None
    not_ready: int
    trunks: int
    last_call: datetime | None


@provider_page
@require_safe
def organizations(request: HttpRequest) -> HttpResponse:
    """The list; `q` looks in name and slug, `status` picks."""
    search, status = request.GET.get("q", "").strip()[:120], request.GET.get("status", "")
    found = Organization.objects.order_by("name", "pk")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(slug__icontains=search))
    if status in STATUS_NAMES:
        found = found.filter(status=status)
    some = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": some,
        "rows": rows_of(list(some)),
        "search": search,
        "status": status,
        "statuses": _STATUSES,
        "meanings": STATUS_MEANINGS,
    }
    return page(request, "portal/provider/organizations.html", shown)


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """An organization and whoever is to run it, in one step: neither without the other."""
    form = TypedForm(NEW, _AT_FIRST)
    if request.method == "POST":
        form = TypedForm(NEW, typed(NEW, request.POST))
        try:
            organization, administrator = _make(form.values)
        except Refused as refused:
            form.errors = refused.errors
        else:
            _tell(request, organization, administrator)
            return redirect("organization-edit", organization.slug)
    return page(request, "portal/provider/organization_new.html", {"form": form, "meanings": STATUS_MEANINGS})


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """What only the provider may say of it, and where it stands."""
    organization = get_object_or_404(Organization, slug=slug)
    form = TypedForm(_COMMON, stored(organization))
    if request.method == "POST":
        form = TypedForm(_COMMON, typed(_COMMON, request.POST))
        try:
            save_organization(organization, form.values)
        except Refused as refused:
            form.errors = refused.errors
            organization.refresh_from_db()
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": organization.name})
            return redirect("organization-edit", slug)
    shown = {
        "form": form,
        "found": organization,
        "row": rows_of([organization])[0],
        "memberships": [(one.account, ROLE_NAMES[one.role]) for one in memberships_in(organization)],
        "meanings": STATUS_MEANINGS,
    }
    return page(request, "portal/provider/organization_edit.html", shown)


def stored(organization: Organization) -> dict[str, str]:
    """The form's fields as they are in the directory."""
    fee = organization.unregistered_fee
    values = {one.name: str(getattr(organization, one.name)) for one in _COMMON}
    return values | {"unregistered_fee": "" if fee is None else str(fee), SEEN: fingerprint(organization)}


def rows_of(organizations: Sequence[Organization]) -> list[Row]:
    """Each with its counts, in a few queries for all of them."""
    keys = [organization.pk for organization in organizations]
    people = _counts(Person.objects.filter(organization__in=keys))
    known = _counts(Readiness.objects.filter(organization__in=keys).exclude(state=Readiness.State.INACTIVE))
    ready = _counts(Readiness.objects.filter(organization__in=keys, state=Readiness.State.READY))
    trunks = _counts(Trunk.objects.filter(organization__in=keys))
    calls: Any = CallRecord.objects.filter(organization__in=keys).order_by().values_list("organization")
    last = dict(calls.annotate(Max("started_at")))
    return [
        Row(
            organization=one,
            status=STATUS_NAMES[one.status],
            people=people.get(one.pk, 0),
            ready=ready.get(one.pk, 0) if one.pk in known else None,
            not_ready=known.get(one.pk, 0) - ready.get(one.pk, 0),
            trunks=trunks.get(one.pk, 0),
            last_call=last.get(one.pk),
        )
        for one in organizations
    ]


def _counts(rows: Any) -> dict[int, int]:
    return dict(rows.order_by().values_list("organization").annotate(Count("pk")))


def _make(fields: Mapping[str, str]) -> tuple[Organization, Account]:
    """Both or neither; what is wrong with either is told at once. Raises `Refused`."""
    errors: dict[str, list[str]] = {}
    try:
        if not rules.email(fields["admin_email"]):
            errors["admin_email"] = [gettext("is missing: somebody has to run it")]
    except RuleError as error:
        errors["admin_email"] = [str(error)]
    with transaction.atomic():
        try:
            organization = create_organization(fields)
        except Refused as refused:
            raise Refused(refused.errors | errors) from refused
        if errors:
            raise Refused(errors)
        role = Membership.Role.ORGANIZATION_ADMINISTRATOR
        try:
            membership = appoint(organization, fields["admin_email"], role, fields["admin_name"])
        except Refused as refused:
            raise Refused({f"admin_{name}": told for name, told in refused.errors.items()}) from refused
    return organization, membership.account


def _tell(request: HttpRequest, organization: Organization, administrator: Account) -> None:
    said = {"name": organization.name, "email": administrator.email}
    messages.success(request, gettext("%(name)s is there, and %(email)s administers it.") % said)
    tell_invitation(request, administrator, organization.slug)


def tell_invitation(request: HttpRequest, account: Account, slug: str = "") -> None:
    """What became of the e-mail to somebody who was appointed, and how to let them in without it."""
    invitation = last_invitation(account)
    command = f"callpoint administrator {account.email}" + (f" --org {slug}" if slug else "")
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        text = gettext(
            "No mail server is set (mail.url), so the invitation lies in the folder mail of the data directory. "
            "This prints a link instead: %(command)s"
        )
        messages.warning(request, text % {"command": command})
    elif invitation is None or not invitation.sent:
        text = gettext("The invitation could not be sent. This prints a link instead: %(command)s")
        messages.error(request, text % {"command": command})
    else:
        messages.success(request, gettext("An invitation was sent to %(email)s.") % {"email": account.email})
