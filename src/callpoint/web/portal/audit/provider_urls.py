"""URLs of the history of the installation itself, below `/provider/audit/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.audit.object_history import provider_object_history

urlpatterns: list[URLPattern] = [
    path("history/<slug:model>/<int:pk>/", provider_object_history, name="provider-object-history"),
]
