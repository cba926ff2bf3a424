"""Whose trunks a page is about: one organization's, or the whole installation's."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from callpoint.calls.models import CallRecord, Misdial
from callpoint.directory.access import Right
from callpoint.directory.models import Organization, Trunk
from callpoint.web.portal.page import OrganizationRequest
from callpoint.web.portal.provider.frame import page


@dataclass(frozen=True)
class Place:
    """`may_overlap`: a provider, who may let a trunk claim what is another organization's, and is told its name."""

    organization: Organization | None
    may_change: bool
    may_overlap: bool

    @classmethod
    def of(cls, request: OrganizationRequest) -> "Place":
        """The organization's pages, for whoever asks."""
        rights = request.access.rights
        return cls(request.organization, Right.CHANGE in rights, Right.PROVIDE in rights)

    @classmethod
    def provider(cls) -> "Place":
        """The provider's pages."""
        return cls(None, may_change=True, may_overlap=True)

    def trunks(self) -> QuerySet[Trunk]:
        """Those of this place alone, by name."""
        return Trunk.objects.filter(organization=self.organization).order_by("name")

    def trunk(self, pk: int) -> Trunk:
        """Raises Http404 for one that is somebody else's."""
        found = self.trunks().select_related("organization").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def calls(self, trunk: Trunk) -> QuerySet[CallRecord]:
        """Calls that came in by the trunk, the latest first; names of trunks are unique in the whole installation."""
        return CallRecord.objects.filter(trunk=trunk.name).order_by("-started_at", "-pk")

    def misdials(self, trunk: Trunk) -> QuerySet[Misdial]:
        return Misdial.objects.filter(trunk=trunk.name).order_by("-at", "-pk")

    def url(self, name: str, *arguments: Any) -> str:
        """The address of a page (`trunk`, `trunk-new` …) of this place."""
        if self.organization is None:
            return reverse(f"provider-{name}", args=arguments)
        return reverse(name, args=[self.organization.slug, *arguments])

    def redirect(self, name: str, *arguments: Any) -> HttpResponse:
        return redirect(self.url(name, *arguments))

    def page(self, request: HttpRequest, template: str, shown: dict[str, Any]) -> HttpResponse:
        """The template within the frame of this place."""
        shown = {"place": self, "may_change": self.may_change} | shown
        return page(request, template, shown) if self.organization is None else render(request, template, shown)
