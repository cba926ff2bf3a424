"""Pages of one's own account, and of signing on; `tests/web/account` goes through them."""

from tests.web.pages import Page

NOWHERE = (404,) * 6

PAGES = {
    "account": Page("/account/", (200, 200, 200, 200, 200, 302), (302, 302, 302, 302, 302, 302)),
    "account-new-password": Page("/account/new-password/", (302, 302, 302, 302, 302, 302)),
    "account-sessions": Page("/account/sessions/", (200, 200, 200, 200, 200, 302), (404, 404, 404, 404, 404, 302)),
    "account-closed": Page("/account/signup/", NOWHERE, NOWHERE),
    "sign-on": Page("/account/sign-on/", (200, 200, 200, 200, 200, 200), (200, 200, 200, 200, 200, 200)),
    "sign-on-oidc": Page("/account/oidc/none/login/", NOWHERE, NOWHERE),
    "sign-on-oidc-answer": Page("/account/oidc/none/login/callback/", NOWHERE, NOWHERE),
    "sign-on-saml": Page("/account/saml/none/login/", NOWHERE, NOWHERE),
    "sign-on-saml-answer": Page("/account/saml/none/acs/", (405, 405, 405, 405, 405, 405), NOWHERE),
    "sign-on-saml-finish": Page("/account/saml/none/acs/finish/", NOWHERE),
    "sign-on-saml-metadata": Page("/account/saml/none/metadata/", NOWHERE),
}
