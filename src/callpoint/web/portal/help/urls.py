"""URLs of this part of the portal."""

from django.urls import path

from callpoint.web.portal.help.views import contents, topic

urlpatterns = [
    path("", contents, name="help"),
    path("<slug:slug>/", topic, name="help-topic"),
]
