"""The manual in the portal: what is written for one's role first, all of it searchable."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from callpoint.directory.models import Account, Membership
from callpoint.directory.tenancy import everywhere
from callpoint.web.portal.help import manual

LONGEST_SEARCH = 100


@require_safe
def contents(request: HttpRequest) -> HttpResponse:
    """All topics, or those that hold the words of `?q=`."""
    words = request.GET.get("q", "")[:LONGEST_SEARCH].strip()
    language = get_language() or manual.FIRST_LANGUAGE
    mine = _roles(request)
    topics = manual.topics(language)
    shown = {
        "words": words,
        "found": manual.search(words, language) if words else None,
        "mine": [topic for topic in topics if topic.is_for(mine)],
        "others": [topic for topic in topics if not topic.is_for(mine)],
    }
    return render(request, "portal/help/contents.html", shown)


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic."""
    language = get_language() or manual.FIRST_LANGUAGE
    found = manual.topic(slug, language)
    if found is None:
        raise Http404
    body = mark_safe(found.html)  # noqa: S308 - our own text, rendered without raw HTML
    shown = {"topic": found, "body": body, "topics": manual.topics(language)}
    return render(request, "portal/help/topic.html", shown)


def _roles(request: HttpRequest) -> list[str]:
    """The roles of whoever asks, in any organization; none for a stranger."""
    if not isinstance(request.user, Account):
        return []
    with everywhere():
        return list(Membership.objects.filter(account=request.user).values_list("role", flat=True).distinct())
