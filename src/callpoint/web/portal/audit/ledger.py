"""Whose history a page is about: an organization's, or the installation's own. The pages are the same for both."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo
from typing import Concatenate, ParamSpec, cast
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import override

from callpoint.directory.access import Right
from callpoint.directory.history import only
from callpoint.directory.models import ChainHead, Change, Organization
from callpoint.directory.models.chain import chain_of
from callpoint.web.portal.page import OrganizationRequest, organization_page, provider_page

P = ParamSpec("P")


@dataclass(frozen=True)
class Ledger:
    """A chain of changes; without an organization the installation's own."""

    organization: Organization | None

    @property
    def chain(self) -> int:
        return chain_of(self.organization.pk if self.organization is not None else None)

    @property
    def time_zone(self) -> str:
        return self.organization.time_zone if self.organization is not None else "UTC"

    @property
    def zone(self) -> tzinfo:
        return ZoneInfo(self.time_zone)

    @property
    def file_name(self) -> str:
        """What a file of it is called, without its end."""
        return f"{self.organization.slug if self.organization is not None else 'installation'}-history"

    def entries(self, about: Q | None = None) -> QuerySet[Change]:
        """All entries, or those about one object or import, in no order. Call within the scope of the page."""
        return (only(about) if about else Change.objects).filter(organization=self.organization)

    def count(self) -> int:
        """How many entries there are, by what the chain's head says."""
        return ChainHead.objects.filter(pk=self.chain).values_list("number", flat=True).first() or 0

    def url(self, name: str, *arguments: object) -> str:
        """The address of one of the pages in `urls` about this history."""
        if self.organization is None:
            return reverse(f"provider-{name}", args=arguments)
        return reverse(name, args=[self.organization.slug, *arguments])


LedgerView = Callable[Concatenate[HttpRequest, Ledger, P], HttpResponseBase]


def of_organization(view: LedgerView[P]) -> Callable[..., HttpResponse]:
    """The view for the history of the organization in the address, with its local time."""

    @organization_page(Right.READ)
    def answer(request: OrganizationRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        ledger = Ledger(request.organization)
        with override(ledger.time_zone):
            return cast(HttpResponse, view(request, ledger, *args, **kwargs))

    return answer


def of_installation(view: LedgerView[P]) -> Callable[..., HttpResponse]:
    """The view for the history of the installation, for its provider."""

    @provider_page
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with override("UTC"):
            return cast(HttpResponse, view(request, Ledger(None), *args, **kwargs))

    return answer
