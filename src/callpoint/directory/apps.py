"""Registers the directory with Django."""

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "callpoint.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"
