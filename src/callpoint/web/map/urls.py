"""URLs of what maps are drawn from."""

from django.urls import URLPattern, path

from callpoint.web.map.around import around

urlpatterns: list[URLPattern] = [path("around/", around, name="map-around")]
