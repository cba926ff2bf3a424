"""URLs of this part of the portal."""

from django.urls import URLPattern, path

from callpoint.web.portal.locations.building import building, building_check
from callpoint.web.portal.locations.building_form import building_edit, building_new
from callpoint.web.portal.locations.judged import address_judged
from callpoint.web.portal.locations.listing import locations
from callpoint.web.portal.locations.location import location, location_new, location_preview
from callpoint.web.portal.locations.removing import building_remove, location_choices, location_remove

urlpatterns: list[URLPattern] = [
    path("", locations, name="locations"),
    path("address/", address_judged, name="address-judged"),
    path("choices/", location_choices, name="location-choices"),
    path("new/", building_new, name="building-new"),
    path("<int:pk>/", building, name="building"),
    path("<int:pk>/edit/", building_edit, name="building-edit"),
    path("<int:pk>/check/", building_check, name="building-check"),
    path("<int:pk>/remove/", building_remove, name="building-remove"),
    path("<int:pk>/new/", location_new, name="location-new"),
    path("<int:pk>/preview/", location_preview, name="location-preview"),
    path("spots/<int:pk>/", location, name="location"),
    path("spots/<int:pk>/remove/", location_remove, name="location-remove"),
]
