"""Registers alerts with Django."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "callpoint.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"
