"""URLs of an organization's history, below `audit/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.audit.exporting import export
from callpoint.web.portal.audit.ledger import of_organization
from callpoint.web.portal.audit.object_history import object_history
from callpoint.web.portal.audit.pages import audit, entry
from callpoint.web.portal.audit.state import check

urlpatterns: list[URLPattern] = [
    path("", of_organization(audit), name="audit"),
    path("entries/<int:number>/", of_organization(entry), name="audit-entry"),
    path("check/", of_organization(check), name="audit-check"),
    path("export/", of_organization(export), name="audit-export"),
    path("history/<slug:model>/<int:pk>/", object_history, name="object-history"),
]
