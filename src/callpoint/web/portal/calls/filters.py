"""What one may look for among calls."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Final

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

EMERGENCY: Final = "911"
READ_BACK: Final = "933"
TEST: Final = "test"
_SERVICES: Final = {EMERGENCY: "emergency", READ_BACK: "read_back", TEST: "test"}
_KINDS: Final = [("", _("all")), (EMERGENCY, _("911")), (READ_BACK, _("933")), (TEST, _("test calls of a platform"))]


class Filters(forms.Form):
    """Empty fields look for everything. `since` and `until` are days where the organization is, both included."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=_KINDS)
    who = forms.CharField(label=_("ID, number or name"), required=False, max_length=128)
    trunk = forms.CharField(label=_("Trunk"), required=False, max_length=128)
    since = forms.DateField(
        label=pgettext_lazy("date", "From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=pgettext_lazy("date", "To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    unregistered = forms.BooleanField(label=_("Only without a location"), required=False)
    wrong = forms.BooleanField(label=_("Only locations reported wrong"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False)
        for name, field in self.fields.items():
            wrong = " is-invalid" if self.errors.get(name) else ""
            field.widget.attrs["class"] = f"{_LOOKS.get(type(field), 'form-control form-control-sm')}{wrong}"
            if wrong:
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"filter-{name}-error"}

    def calls(self, zone: tzinfo) -> Q:
        """The condition on call records; days begin at midnight in `zone`."""
        given = self.cleaned_data
        found = _within("started_at", given, zone) & _by(given, "identity", "person", "callback_number")
        if service := _SERVICES.get(given.get("kind", "")):
            found &= Q(service=service)
        if given.get("unregistered"):
            found &= Q(unregistered=True)
        if given.get("wrong"):
            found &= Q(read_back="reported_wrong")
        return found

    def misdials(self, zone: tzinfo) -> Q:
        """The condition on misdials, which know no name and no kind."""
        return _within("at", self.cleaned_data, zone) & _by(self.cleaned_data, "identity")


_LOOKS: Final = {
    forms.ChoiceField: "form-select form-select-sm",
    forms.BooleanField: "form-check-input",
}


def _within(column: str, given: Mapping[str, Any], zone: tzinfo) -> Q:
    found = Q()
    if since := given.get("since"):
        found &= Q(**{f"{column}__gte": datetime.combine(since, time.min, zone)})
    if until := given.get("until"):
        found &= Q(**{f"{column}__lt": datetime.combine(until + timedelta(days=1), time.min, zone)})
    return found


def _by(given: Mapping[str, Any], *columns: str) -> Q:
    found = Q()
    if who := given.get("who"):
        anywhere = Q()
        for column in columns:
            anywhere |= Q(**{f"{column}__icontains": who})
        found &= anywhere
    if trunk := given.get("trunk"):
        found &= Q(trunk__icontains=trunk)
    return found
