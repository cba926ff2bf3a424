"""URLs of this part of the portal, below `/organizations/<slug>/live/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.live.views import live

urlpatterns: list[URLPattern] = [path("", live, name="live")]
