"""Every address the web server answers."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
