"""URLs of this part of the portal."""

from django.urls import URLPattern, path

from callpoint.web.portal.administrators import identity_providers, views

urlpatterns: list[URLPattern] = [
    path("", views.administrators, name="administrators"),
    path("appoint/", views.appoint, name="administrator-appoint"),
    path("<int:pk>/role/", views.change_role, name="administrator-role"),
    path("<int:pk>/dismiss/", views.dismiss, name="administrator-dismiss"),
    path("<int:pk>/invite/", views.invite_again, name="administrator-invite"),
    path("<int:pk>/unbind/", views.unbind, name="administrator-unbind"),
    path("sign-on/", identity_providers.identity_providers, name="identity-providers"),
    path("sign-on/new/<str:kind>/", identity_providers.add, name="identity-provider-new"),
    path("sign-on/<str:key>/", identity_providers.edit, name="identity-provider"),
    path("sign-on/<str:key>/remove/", identity_providers.remove, name="identity-provider-remove"),
]
