"""URLs of this part of the portal, below `/organizations/<slug>/monitoring/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.monitoring.views import monitor_phone_new, monitor_phone_remove, monitoring

urlpatterns: list[URLPattern] = [
    path("", monitoring, name="monitoring"),
    path("phones/new/", monitor_phone_new, name="monitor-phone-new"),
    path("phones/<int:pk>/remove/", monitor_phone_remove, name="monitor-phone-remove"),
]
