"""URLs of the history of the installation itself, below `/provider/audit/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.audit.exporting import export
from callpoint.web.portal.audit.ledger import of_installation
from callpoint.web.portal.audit.object_history import provider_object_history
from callpoint.web.portal.audit.pages import audit, entry
from callpoint.web.portal.audit.state import check

urlpatterns: list[URLPattern] = [
    path("", of_installation(audit), name="provider-audit"),
    path("entries/<int:number>/", of_installation(entry), name="provider-audit-entry"),
    path("check/", of_installation(check), name="provider-audit-check"),
    path("export/", of_installation(export), name="provider-audit-export"),
    path("history/<slug:model>/<int:pk>/", provider_object_history, name="provider-object-history"),
]
