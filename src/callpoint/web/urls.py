"""Every address the web server answers."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from callpoint.web import health, views
from callpoint.web.address_page import address

urlpatterns = [
    path("", views.start, name="start"),
    path("sign-in/", LoginView.as_view(template_name="web/sign_in.html"), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("address/", address, name="address"),
    path("organizations/<slug:slug>/", views.organization, name="organization"),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
