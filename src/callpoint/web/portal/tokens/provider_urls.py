"""URLs of the provider's tokens, below `/provider/tokens/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.tokens.views import provider_token_revoke, provider_tokens

urlpatterns: list[URLPattern] = [
    path("", provider_tokens, name="provider-tokens"),
    path("<int:pk>/revoke/", provider_token_revoke, name="provider-token-revoke"),
]
