"""Templates: an organization's, and below `/provider/` those for every organization. Written with a preview beside."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from callpoint.channels.templates import check_template
from callpoint.channels.variables import VARIABLES
from callpoint.channels.words import Words, preview
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Organization
from callpoint.notices.editing.templates import (
    LANGUAGES,
    LONGEST_NAME,
    TYPES,
    WITH_SUBJECT,
    problems,
    remove_template,
    save_template,
    subscriptions_of,
)
from callpoint.notices.models import Template
from callpoint.routing.alert_records import CHANNELS
from callpoint.web.portal.alerts import asking
from callpoint.web.portal.alerts.words import CHANNELS as CHANNEL_WORDS
from callpoint.web.portal.alerts.words import LANGUAGES as LANGUAGE_WORDS
from callpoint.web.portal.alerts.words import TYPES as TYPE_WORDS
from callpoint.web.portal.alerts.words import channel_word, type_word
from callpoint.web.portal.provider.frame import page
from callpoint.web.portal.typed_form import Field, TypedForm, typed

_FIELDS: Final = (
    Field("name", gettext_lazy("Name"), longest=LONGEST_NAME, required=True),
    Field(
        "type",
        gettext_lazy("Type"),
        kind="select",
        choices=[(name, TYPE_WORDS[name]) for name in TYPES],
    ),
    Field(
        "channel", gettext_lazy("Channel"), kind="select", choices=[(name, CHANNEL_WORDS[name]) for name in CHANNELS]
    ),
    Field(
        "language",
        gettext_lazy("Language"),
        kind="select",
        choices=[(name, LANGUAGE_WORDS[name]) for name in LANGUAGES],
    ),
    Field(
        "subject",
        gettext_lazy("Subject"),
        gettext_lazy("Of an e-mail; other channels have none. Left empty, the built-in one is used."),
        longest=500,
        wide=True,
    ),
    Field(
        "body",
        gettext_lazy("Text"),
        gettext_lazy("Variables stand between double braces, as {{ person }}; they are listed below."),
        kind="area",
        rows=10,
        wide=True,
    ),
)
_PROPOSED: Final[Mapping[str, str]] = {
    "type": "emergency",
    "channel": "email",
    "language": "en",
    "subject": "{{ title }}: {{ place }}",
    "body": (
        "{{ title }} at {{ time }}: {{ caller }}\n{{ place }}\n{{ location }}\n"
        "Call back: {{ callback_number }}\nGoes to: {{ destination }}\n{{ acknowledge_link }}"
    ),
}


@dataclass(frozen=True)
class Place:
    """Whose templates a page is about: an organization's, or (None) the provider's."""

    organization: Organization | None
    may_change: bool = True
    may_read: bool = True

    def templates(self) -> QuerySet[Template]:
        return Template.objects.filter(organization=self.organization).order_by("name")

    def template(self, pk: int) -> Template:
        """Raises Http404 for one that is somebody else's."""
        found = self.templates().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def url(self, name: str, *arguments: Any) -> str:
        if self.organization is None:
            return reverse(f"provider-{name}", args=arguments)
        return reverse(name, args=[self.organization.slug, *arguments])

    def page(self, request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
        shown = {"place": self, "may_change": self.may_change, "list_url": self.url("templates")} | shown
        return page(request, template, shown) if self.organization is None else render(request, template, shown)


def list_page(request: HttpRequest, place: Place, provided: list[Template]) -> HttpResponse:
    """All of the place's; `provided` are the provider's, which an organization may use and not change."""
    shown = {
        "rows": [_row(one, place.url("template", one.pk)) for one in place.templates()],
        "provided": [_row(one, "") for one in provided],
        "new_url": place.url("template-new"),
    }
    return place.page(request, "portal/alerts/templates.html", shown)


def form_page(request: HttpRequest, place: Place, found: Template | None) -> HttpResponse:
    """The words, what they come to for a sample call, and the variables."""
    form = TypedForm(_FIELDS, _stored(found) if found is not None else dict(_PROPOSED))
    if request.method == "POST":
        form = TypedForm(_FIELDS, typed(_FIELDS, request.POST))
        if asking.saves(request.POST):
            try:
                made = save_template(place.organization, form.values, found)
            except Refused as refused:
                form.errors = refused.errors
                found = place.template(found.pk) if found is not None else None
            else:
                messages.success(request, _("%(name)s is saved.") % {"name": made.name})
                return redirect(place.url("template", made.pk))
    shown = {
        "template": found,
        "form": form,
        "problems": problems(found) if found is not None else [],
        "preview_url": place.url("template-preview"),
        "remove_url": place.url("template-remove", found.pk) if found is not None else "",
        "variables": VARIABLES.items(),
        **previewed(form.values),
    }
    return place.page(request, "portal/alerts/template.html", shown)


def preview_page(request: HttpRequest) -> HttpResponse:
    """The piece of the page that shows what the words come to."""
    return render(request, "portal/alerts/preview.html", previewed(typed(_FIELDS, request.POST)))


def remove_page(request: HttpRequest, place: Place, pk: int) -> HttpResponse:
    """Asks first; says by which subscriptions it is kept."""
    found = place.template(pk)
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        try:
            remove_template(found)
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, _("%(name)s is removed.") % {"name": found.name})
            return redirect(place.url("templates"))
    shown = {
        "template": found,
        "errors": errors,
        "subscriptions": subscriptions_of(found),
        "back": place.url("template", pk),
    }
    return place.page(request, "portal/alerts/template_remove.html", shown)


def previewed(values: Mapping[str, str]) -> dict[str, Any]:
    """The sample call in these words; of a broken template the built-in ones, as would go out, with its trouble."""
    kind, channel, language = values.get("type", ""), values.get("channel", ""), values.get("language", "")
    if kind not in TYPES or channel not in CHANNELS or language not in LANGUAGES:
        return {"words": None}
    subject = values.get("subject", "") if channel in WITH_SUBJECT else ""
    # Browsers send line ends as in e-mail; what is kept has plain ones.
    body = values.get("body", "").replace("\r\n", "\n")
    words: Words = preview(body.strip(), subject, kind, channel, language)
    return {
        "words": words,
        "wrong": (check_template(body, subject, channel) or [words.trouble]) if words.trouble else [],
        "built_in": not body.strip() and not subject,
        "with_subject": channel in WITH_SUBJECT,
        "channel_word": channel_word(channel),
        "words_language": language,
    }


def _stored(found: Template) -> dict[str, str]:
    names = ("name", "type", "channel", "language", "subject", "body")
    return {name: getattr(found, name) for name in names} | {SEEN: fingerprint(found)}


def _row(one: Template, url: str) -> dict[str, Any]:
    return {
        "template": one,
        "url": url,
        "type": type_word(one.type),
        "channel": channel_word(one.channel),
        "language": LANGUAGE_WORDS.get(one.language, one.language),
        "problems": problems(one),
    }
