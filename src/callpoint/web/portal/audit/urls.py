"""URLs of this part of the portal."""

from django.urls import URLPattern, path

from callpoint.web.portal.audit.object_history import object_history

urlpatterns: list[URLPattern] = [
    path("history/<slug:model>/<int:pk>/", object_history, name="object-history"),
]
