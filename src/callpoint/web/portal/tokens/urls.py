"""URLs of an organization's tokens, below `/organizations/<slug>/tokens/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.tokens.views import token_revoke, tokens

urlpatterns: list[URLPattern] = [
    path("", tokens, name="tokens"),
    path("<int:pk>/revoke/", token_revoke, name="token-revoke"),
]
