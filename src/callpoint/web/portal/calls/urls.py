"""URLs of an organization's calls, below `calls/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.calls.exporting import export
from callpoint.web.portal.calls.pages import call, calls, misdials

urlpatterns: list[URLPattern] = [
    path("", calls, name="calls"),
    path("export/", export, name="calls-export"),
    path("misdials/", misdials, name="misdials"),
    path("<int:pk>/", call, name="call"),
]
