"""PSAPs: the operator's own, and those made from boundaries and other LoST servers, of which there may be thousands."""

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from callpoint.directory.editing.provider import remove_psap, save_psap
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Address, Change, Psap
from callpoint.web.portal.page import provider_page
from callpoint.web.portal.provider.frame import page
from callpoint.web.portal.provider.settings import PROFILES, lines_of, spare, target_rows, typed_rows
from callpoint.web.portal.typed_form import Field, TypedForm

ON_A_PAGE: Final = 50
_NAME: Final = Field("name", _("Name"), _("Never changes: boundaries and call records know it by it."), longest=255)
_TARGETS: Final = Field("targets", _("Targets"))
CALLERS: Final = "callback_networks"
_CALLERS: Final = Field(
    CALLERS,
    _("Networks calls back come from"),
    _("Besides the hosts of its targets: addresses or networks, one a line. A call back from there is never refused."),
    kind="area",
)
_SOURCES: Final = ("own", "elsewhere", "silent")


@provider_page
@require_safe
def psaps(request: HttpRequest) -> HttpResponse:
    """The list; `q` looks in names and URIs, `source` picks the operator's own, others', or those without a target."""
    search, source = request.GET.get("q", "").strip()[:120], request.GET.get("source", "")
    found = Psap.objects.order_by("name", "pk").annotate(target_count=Count("targets"))
    if search:
        by_uri = Psap.objects.filter(targets__uri__icontains=search).values("pk")
        found = found.filter(name__icontains=search) | found.filter(pk__in=by_uri)
    if source == "own":
        found = found.filter(source="")
    elif source == "elsewhere":
        found = found.exclude(source="")
    elif source == "silent":
        found = found.filter(target_count=0)
    some = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    mapped = dict(
        Address.objects.filter(psap__in=[one.pk for one in some]).order_by().values_list("psap").annotate(Count("pk"))
    )
    rows = [(one, list(one.targets.all()), mapped.get(one.pk, 0)) for one in some]
    shown = {"page": some, "rows": rows, "search": search, "source": source if source in _SOURCES else ""}
    return page(request, "portal/provider/psaps.html", shown)


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """One of the operator's own."""
    name, rows, callers, errors = request.GET.get("name", "")[:255], [], "", {}
    if request.method == "POST":
        name, rows = request.POST.get("name", ""), typed_rows(request.POST)
        callers = request.POST.get(CALLERS, "")
        try:
            psap = save_psap({"name": name, "targets": lines_of(rows), CALLERS: callers})
        except Refused as refused:
            errors = refused.errors
        else:
            messages.success(request, gettext("%(name)s is added.") % {"name": psap.name})
            return redirect("psap", psap.pk)
    form = TypedForm((_NAME, _TARGETS, _CALLERS), {"name": name, CALLERS: callers}, errors)
    return page(request, "portal/provider/psap.html", {"form": form, "rows": spare(rows), "profiles": PROFILES})


@provider_page
@require_http_methods(["GET", "HEAD", "POST"])
def psap(request: HttpRequest, pk: int) -> HttpResponse:
    """Its targets, and what leads to it. Saving one made elsewhere takes it over."""
    found = get_object_or_404(Psap, pk=pk)
    rows, errors = target_rows(list(found.targets.all())), {}
    seen = fingerprint(found, *found.targets.all())
    callers = "\n".join(found.callback_networks)
    if request.method == "POST":
        rows, seen = typed_rows(request.POST), request.POST.get(SEEN, seen)
        callers = request.POST.get(CALLERS, callers)
        try:
            save_psap({"targets": lines_of(rows), CALLERS: callers, SEEN: seen}, found)
        except Refused as refused:
            errors = refused.errors
            found.refresh_from_db()
        else:
            messages.success(request, gettext("%(name)s is saved.") % {"name": found.name})
            return redirect("psap", pk)
    shown = {
        "form": TypedForm((_TARGETS, _CALLERS), {SEEN: seen, CALLERS: callers}, errors),
        "found": found,
        "rows": spare(rows),
        "profiles": PROFILES,
        "routes": list(found.routes.order_by("country", "a1", "a3")),
        "addresses": Address.objects.filter(psap=found).count(),
        "taken_over": taken_over(found),
    }
    return page(request, "portal/provider/psap.html", shown)


@provider_page
@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take it away, unless something leads to it: then it says what."""
    found = get_object_or_404(Psap, pk=pk)
    try:
        remove_psap(found)
    except Refused as refused:
        messages.error(request, gettext("%(name)s stays.") % {"name": found.name} + f" {_sentences(refused)}")
        return redirect("psap", pk)
    messages.success(request, gettext("%(name)s is removed.") % {"name": found.name})
    return redirect("psaps")


def taken_over(found: Psap) -> str:
    """Where the operator's PSAP came from before they saved it, as its history tells; "" for one that was theirs."""
    if found.source:
        return ""
    for change in Change.objects.filter(model="psap", object_id=found.pk, action="changed").order_by("-pk"):
        if change.before and change.before.get("source"):
            return str(change.before["source"])
    return ""


def _sentences(refused: Refused) -> str:
    return " ".join(sentence for told in refused.errors.values() for sentence in told)
