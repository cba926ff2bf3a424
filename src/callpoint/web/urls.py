"""Every address the web server answers."""

from django.urls import URLPattern, URLResolver, include, path

from callpoint.web import health, views
from callpoint.web.address_page import address
from callpoint.web.portal.home.pages import start

ORGANIZATION: list[URLPattern | URLResolver] = [
    path("", include("callpoint.web.portal.home.urls")),
    path("people/", include("callpoint.web.portal.people.urls")),
    path("locations/", include("callpoint.web.portal.locations.urls")),
    path("imports/", include("callpoint.web.portal.imports.urls")),
    path("trunks/", include("callpoint.web.portal.trunks.urls")),
    path("calls/", include("callpoint.web.portal.calls.urls")),
    path("alerts/", include("callpoint.web.portal.alerts.urls")),
    path("live/", include("callpoint.web.portal.live.urls")),
    path("screens/", include("callpoint.web.portal.screens.urls")),
    path("monitoring/", include("callpoint.web.portal.monitoring.urls")),
    path("audit/", include("callpoint.web.portal.audit.urls")),
    path("settings/", include("callpoint.web.portal.settings.urls")),
    path("administrators/", include("callpoint.web.portal.administrators.urls")),
    path("tokens/", include("callpoint.web.portal.tokens.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start, name="start"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("language/", views.language, name="language"),
    path("account/", include("callpoint.web.portal.account.urls")),
    path("account/", include("allauth.urls")),
    path("address/", address, name="address"),
    path("map/", include("callpoint.web.map.urls")),
    path("organizations/<slug:slug>/", include(ORGANIZATION)),
    path("provider/audit/", include("callpoint.web.portal.audit.provider_urls")),
    path("provider/tokens/", include("callpoint.web.portal.tokens.provider_urls")),
    path("provider/templates/", include("callpoint.web.portal.alerts.provider_urls")),
    path("provider/", include("callpoint.web.portal.provider.urls")),
    path("help/", include("callpoint.web.portal.help.urls")),
    path("api/v1/", include("callpoint.web.api.urls")),
    path("healthz", health.healthz, name="healthz"),
    path("metrics", health.metrics, name="metrics"),
]
