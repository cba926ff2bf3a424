"""Registers alerts with Django."""

from django.apps import AppConfig
from django.db.models.signals import pre_delete
from django.utils.module_loading import import_string

from callpoint.directory.holders import ask_also


class NoticesConfig(AppConfig):
    name = "callpoint.notices"
    label = "notices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Places and trunks that alerts are bound to cannot be taken away; models can be named only now."""
        held_by_filters = import_string("callpoint.notices.editing.filters_in_use.held_by_filters")
        ask_also(held_by_filters)
        forget_plan = import_string("callpoint.notices.editing.building_plans.forget_plan")
        pre_delete.connect(forget_plan, import_string("callpoint.directory.models.Building"))
