"""Registers the pages with Django (templates and the style sheet; no tables)."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "callpoint.web"
    label = "web"
