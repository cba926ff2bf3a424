"""URLs of this part of the portal, below `/organizations/<slug>/screens/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.screens import plans, programs, views

urlpatterns: list[URLPattern] = [
    path("", views.screens, name="screens"),
    path("new/", views.screen_new, name="screen-new"),
    path("<int:pk>/", views.screen, name="screen"),
    path("<int:pk>/revoke/", views.screen_revoke, name="screen-revoke"),
    path("programs/", programs.programs, name="programs"),
    path("programs/<str:name>", programs.program, name="program"),
    path("buildings/<int:pk>/", plans.building_plan, name="building-plan"),
    path("buildings/<int:pk>/picture/", plans.building_picture, name="building-picture"),
]
