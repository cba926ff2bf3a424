"""URLs of an account. They stand before allauth's, some of which they replace or close."""

from django.urls import URLPattern, path, re_path

from callpoint.web.account import oidc, saml, sign_on
from callpoint.web.portal.account import sessions, views

# What allauth offers and makes no sense here: nobody makes an account by themselves, its address is whoever appointed
# it chose, and its bond with an identity provider is made by coming in.
CLOSED = r"^(?:signup|email|confirm-email|social|3rdparty/signup|3rdparty/$|saml/[^/]+/sls)"

urlpatterns: list[URLPattern] = [
    path("", views.account, name="account"),
    path("new-password/", views.new_password, name="account-new-password"),
    path("sessions/", sessions.sessions, name="account-sessions"),
    path("sign-on/", sign_on.find, name="sign-on"),
    path("oidc/<str:key>/login/", sign_on.enter, name="sign-on-oidc"),
    path("oidc/<str:key>/login/callback/", oidc.answer, name="sign-on-oidc-answer"),
    path("saml/<str:key>/login/", sign_on.enter, name="sign-on-saml"),
    path("saml/<str:key>/acs/", saml.respond, name="sign-on-saml-answer"),
    path("saml/<str:key>/acs/finish/", saml.finish, name="sign-on-saml-finish"),
    path("saml/<str:key>/metadata/", saml.metadata, name="sign-on-saml-metadata"),
    re_path(CLOSED, views.closed, name="account-closed"),
]
