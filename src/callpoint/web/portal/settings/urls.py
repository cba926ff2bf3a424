"""URLs of this part of the portal."""

from django.urls import path

from callpoint.web.portal.settings.views import settings

urlpatterns = [path("", settings, name="settings")]
