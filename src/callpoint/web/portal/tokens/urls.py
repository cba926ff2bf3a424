"""URLs of this part of the portal."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
