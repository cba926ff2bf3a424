"""URLs of this part of the portal, below `/organizations/<slug>/trunks/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.trunks import views

urlpatterns: list[URLPattern] = [
    path("", views.trunks, name="trunks"),
    path("new/", views.new, name="trunk-new"),
    path("<int:pk>/", views.trunk, name="trunk"),
    path("<int:pk>/edit/", views.edit, name="trunk-edit"),
    path("<int:pk>/remove/", views.remove, name="trunk-remove"),
    path("<int:pk>/check/", views.check, name="trunk-check"),
]
