"""URLs of an organization's first page and what it fetches."""

from django.urls import URLPattern, path

from callpoint.web.portal.home.pages import latest_calls, organization

urlpatterns: list[URLPattern] = [
    path("", organization, name="organization"),
    path("latest-calls/", latest_calls, name="latest-calls"),
]
