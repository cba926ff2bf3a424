"""What one may look for in a history."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from callpoint.directory.history_words import ACTIONS, OBJECTS

MOST_DIGITS = 2**63 - 1


def _choices(words: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [("", _("all")), *words.items()]


class Filters(forms.Form):
    """Empty fields look for everything. `since` and `until` are days where the organization is, both included."""

    who = forms.CharField(label=_("Who"), required=False, max_length=254)
    model = forms.ChoiceField(label=_("Kind of object"), required=False, choices=lambda: _choices(OBJECTS))
    action = forms.ChoiceField(label=_("What was done"), required=False, choices=lambda: _choices(ACTIONS))
    since = forms.DateField(
        label=pgettext_lazy("date", "From"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=pgettext_lazy("date", "To"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    object = forms.IntegerField(label=_("Number of the object"), required=False, min_value=1, max_value=MOST_DIGITS)
    run = forms.IntegerField(label=_("Number of the import"), required=False, min_value=1, max_value=MOST_DIGITS)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data, auto_id="filter-%s", use_required_attribute=False)
        for name, field in self.fields.items():
            kind = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"
            wrong = " is-invalid" if self.errors.get(name) else ""
            field.widget.attrs["class"] = f"{kind} form-control-sm{wrong}"
            if wrong:
                field.widget.attrs |= {"aria-invalid": "true", "aria-describedby": f"filter-{name}-error"}

    def about(self) -> Q:
        """The part other indexes answer than the one on time: one object, an import."""
        given, found = self.cleaned_data, Q()
        if self.has_object:
            found &= Q(model=given["model"], object_id=given["object"])
        if run := given.get("run"):
            found &= Q(import_run=run)
        return found

    @property
    def has_object(self) -> bool:
        """Whether one object is asked for, by kind and number: there are few entries of it."""
        return bool(self.cleaned_data.get("model") and self.cleaned_data.get("object"))

    def within(self, zone: tzinfo) -> Q:
        """The part the index on time answers."""
        given, found = self.cleaned_data, Q()
        if since := given.get("since"):
            found &= Q(at__gte=datetime.combine(since, time.min, zone))
        if until := given.get("until"):
            found &= Q(at__lt=datetime.combine(until, time.min, zone) + timedelta(days=1))
        return found

    def scanned(self) -> Q:
        """The part for which entries must be looked at one by one."""
        given, found = self.cleaned_data, Q()
        if who := given.get("who"):
            found &= Q(who__icontains=who)
        if action := given.get("action"):
            found &= Q(action=action)
        model, pk = given.get("model"), given.get("object")
        if model and not pk:
            found &= Q(model=model)
        if pk and not model:
            found &= Q(object_id=pk)
        return found
