"""URLs of this part of the portal, below `/provider/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.provider import (
    administrators,
    data_sets,
    organizations,
    overview,
    psaps,
    routes,
    settings,
    strangers,
)
from callpoint.web.portal.trunks import provider_wide

urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="provider"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/new/", organizations.new, name="organization-new"),
    path("organizations/edit/<slug:slug>/", organizations.edit, name="organization-edit"),
    path("administrators/", administrators.administrators, name="provider-administrators"),
    path("administrators/<int:pk>/remove/", administrators.remove, name="provider-administrator-remove"),
    path("administrators/<int:pk>/invite/", administrators.invite_again, name="provider-administrator-invite"),
    path("settings/", settings.settings, name="provider-settings"),
    path("relay-center/", settings.relay_center, name="relay-center"),
    path("psaps/", psaps.psaps, name="psaps"),
    path("psaps/new/", psaps.new, name="psap-new"),
    path("psaps/<int:pk>/", psaps.psap, name="psap"),
    path("psaps/<int:pk>/remove/", psaps.remove, name="psap-remove"),
    path("routes/", routes.routes, name="routes"),
    path("routes/<int:pk>/remove/", routes.remove, name="route-remove"),
    path("trunks/", provider_wide.trunks, name="provider-trunks"),
    path("trunks/new/", provider_wide.new, name="provider-trunk-new"),
    path("trunks/<int:pk>/", provider_wide.trunk, name="provider-trunk"),
    path("trunks/<int:pk>/remove/", provider_wide.remove, name="provider-trunk-remove"),
    path("trunks/<int:pk>/check/", provider_wide.check, name="provider-trunk-check"),
    path("strangers/", strangers.strangers, name="strangers"),
    path("strangers/<int:pk>/", strangers.stranger, name="stranger"),
    path("strangers/<int:pk>/forget/", strangers.forget, name="stranger-forget"),
    path("data-sets/", data_sets.data_sets, name="data-sets"),
    path("data-sets/changes/<int:pk>/", data_sets.remapping, name="remapping"),
    path("data-sets/<slug:kind>/<slug:name>/", data_sets.data_set, name="data-set"),
]
