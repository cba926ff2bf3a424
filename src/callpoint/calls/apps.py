"""Registers the call records with Django."""

from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "callpoint.calls"
    label = "calls"
    default_auto_field = "django.db.models.BigAutoField"
