"""URLs of this part of the portal."""

from django.urls import URLPattern, path

from callpoint.web.portal.people.exporting import export
from callpoint.web.portal.people.form import person_edit, person_new
from callpoint.web.portal.people.homes import home, home_new, home_remove
from callpoint.web.portal.people.near import near
from callpoint.web.portal.people.page import people
from callpoint.web.portal.people.person import person, person_active, person_remove
from callpoint.web.portal.people.place import person_place
from callpoint.web.portal.people.saved import remove_filter, save_filter
from callpoint.web.portal.people.several import several

urlpatterns: list[URLPattern] = [
    path("", people, name="people"),
    path("export/", export, name="people-export"),
    path("filters/", save_filter, name="people-filter-save"),
    path("filters/<int:pk>/remove/", remove_filter, name="people-filter-remove"),
    path("several/", several, name="people-several"),
    path("near/", near, name="people-near"),
    path("new/", person_new, name="person-new"),
    path("<int:pk>/", person, name="person"),
    path("<int:pk>/edit/", person_edit, name="person-edit"),
    path("<int:pk>/active/", person_active, name="person-active"),
    path("<int:pk>/remove/", person_remove, name="person-remove"),
    path("<int:pk>/place/<str:which>/", person_place, name="person-place"),
    path("<int:pk>/homes/new/", home_new, name="home-new"),
    path("<int:pk>/homes/<int:home>/", home, name="home"),
    path("<int:pk>/homes/<int:home>/remove/", home_remove, name="home-remove"),
]
