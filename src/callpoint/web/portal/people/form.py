"""Adding a person and changing what is known of them."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from callpoint.directory.access import Right
from callpoint.directory.editing.people import save_person
from callpoint.directory.editing.refused import WHOLE, Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Person
from callpoint.web.portal.page import OrganizationRequest, organization_page
from callpoint.web.portal.people.columns import LANGUAGES
from callpoint.web.portal.people.near import looking_alike
from callpoint.web.portal.people.person import person_of
from callpoint.web.portal.typed_form import Field, TypedForm, typed

_KINDS: Final = (
    ("device_user_id", gettext_lazy("Device User ID (Employee ID)")),
    ("phone_number", gettext_lazy("Phone number")),
)
IDENTITY: Final = (
    Field("identification_type", gettext_lazy("Known to the calling platform by"), kind="select", choices=_KINDS),
    Field(
        "device_user_id",
        gettext_lazy("Device User ID"),
        gettext_lazy(
            "Exactly as the calling platform sends it (in Agent Setup: Employee ID). It is compared character by "
            "character: E1023, e1023 and E01023 are three different people."
        ),
        longest=128,
    ),
    Field(
        "phone_number",
        gettext_lazy("Phone number"),
        gettext_lazy("The number their calls come from; needed where they are known by it."),
        placeholder="+1 802 555 0142",
        longest=40,
    ),
)
ABOUT: Final = (
    Field("first_name", gettext_lazy("First name"), longest=80),
    Field("last_name", gettext_lazy("Last name"), longest=80),
    Field(
        "email",
        gettext_lazy("E-mail"),
        gettext_lazy("Messages of this service go there."),
        kind="email",
        longest=254,
    ),
    Field(
        "callback_number",
        gettext_lazy("Callback number"),
        gettext_lazy("Where a call taker reaches them when the line drops: a direct number of the US or Canada."),
        placeholder="+1 802 555 0143",
        longest=40,
    ),
    Field(
        "language",
        gettext_lazy("Language"),
        gettext_lazy("933 reads their location back in it."),
        kind="select",
        choices=(("", gettext_lazy("the organization's")), *LANGUAGES.items()),
    ),
    Field(
        "active",
        gettext_lazy("Active"),
        gettext_lazy("Calls of inactive people go through as well; the call taker is told that it may be out of date."),
        kind="check",
    ),
)
_FIELDS: Final = (*IDENTITY, *ABOUT)
WARNED: Final = 3
"""IDs that look the same which are named after saving; the person's page names them all."""


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_new(request: OrganizationRequest) -> HttpResponse:
    """The empty form; what is wrong stands beside its field, and nothing is saved then."""
    values: Mapping[str, str] = {"identification_type": "device_user_id", "active": "yes"}
    if request.method != "POST":
        return _form(request, values, {}, None)
    values = typed(_FIELDS, request.POST)
    try:
        made = save_person(request.organization, values)
    except Refused as refused:
        return _form(request, values, refused.errors, None)
    messages.success(request, _("%(who)s is added. Now say where they work.") % {"who": made})
    _warn_of_near(request, made)
    return redirect("person-place", request.organization.slug, made.pk, "assigned")


@organization_page(Right.CHANGE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request: OrganizationRequest, pk: int) -> HttpResponse:
    """The form with what is stored."""
    found = person_of(request, pk)
    if request.method != "POST":
        return _form(request, _stored(found), {}, found)
    values = typed(_FIELDS, request.POST)
    try:
        saved = save_person(request.organization, values, found)
    except Refused as refused:
        return _form(request, values, refused.errors, found)
    messages.success(request, _("%(who)s is saved.") % {"who": saved})
    _warn_of_near(request, saved)
    return redirect("person", request.organization.slug, pk)


def _form(
    request: OrganizationRequest, values: Mapping[str, str], errors: Mapping[str, list[str]], person: Person | None
) -> HttpResponse:
    seen = {} if person is None else {SEEN: values.get(SEEN, "")}
    about = (*ABOUT[:4], _with_own_language(ABOUT[4], values.get("language", "")), *ABOUT[5:])
    shown: dict[str, Any] = {
        "person": person,
        "form": TypedForm(_FIELDS, values, errors),
        "identity": TypedForm(IDENTITY, {**values, **seen}, errors),
        "about": TypedForm(about, {name: value for name, value in values.items() if name != SEEN}, errors),
        "near": looking_alike(request.organization, values.get("device_user_id", ""), person),
        "stored": person if WHOLE in errors else None,
    }
    return render(request, "portal/people/form.html", shown)


def _with_own_language(field: Field, tag: str) -> Field:
    """The choice of languages with the one that is stored, which may name a region or come from an import."""
    if tag in dict(field.choices):
        return field
    return Field(field.name, field.label, field.help, kind="select", choices=(*field.choices, (tag, tag)))


def _stored(person: Person) -> dict[str, str]:
    values = {field.name: str(getattr(person, field.name) or "") for field in _FIELDS}
    return values | {"active": "yes" if person.active else "no", SEEN: fingerprint(person)}


def _warn_of_near(request: OrganizationRequest, saved: Person) -> None:
    for one, _words in looking_alike(request.organization, saved.device_user_id or "", saved)[:WARNED]:
        told = _("%(who)s has the ID %(other)s, which looks like %(id)s and is another one: IDs are compared exactly.")
        messages.warning(
            request, told % {"who": one.name or one.identity, "other": one.device_user_id, "id": saved.device_user_id}
        )
