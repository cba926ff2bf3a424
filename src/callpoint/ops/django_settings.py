"""Django's settings, from the environment alone; importing this file reads at most the secret key and writes nothing.

`CALLPOINT_DATA` is the data directory (default `./callpoint-data`), `CALLPOINT_DATABASE_URL` the central database
(default: SQLite in the data directory), `CALLPOINT_HOSTS` the host names served, separated by commas,
`CALLPOINT_SECURE_COOKIES=1` when the pages are reached by HTTPS only. `CALLPOINT_WEB_PUBLIC_URL`,
`CALLPOINT_WEB_STREAMS_PUBLIC_URL`, `CALLPOINT_WEBHOOKS_ALLOWED_NETWORKS`, `CALLPOINT_WEBHOOKS_PLAIN_HTTP`,
`CALLPOINT_WEB_PROXIES`, `CALLPOINT_WEB_MAP_TILES`, `CALLPOINT_WEB_MAP_CREDIT`, `CALLPOINT_SIP_HOST_NAME`,
`CALLPOINT_MAIL_URL` and `CALLPOINT_MAIL_SENDER` are the settings of these names in `ops.config`;
`SIP_ADDRESSES_OF_CALLPOINT` is where trunks send their calls to.
"""

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import dj_database_url

from callpoint.channels.settings import MailProvider
from callpoint.directory.secret_key import secret_key
from callpoint.ops.mail_server import mail_server

DATA = Path(os.environ.get("CALLPOINT_DATA", "callpoint-data"))

DEBUG = False
SECRET_KEY = secret_key(DATA)
ALLOWED_HOSTS = [host.strip() for host in os.environ.get("CALLPOINT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")]

BUSY_SECONDS = 20  # how long a writer waits for another one; longer than any import's write step
# FULL: a commit that a snapshot has already followed must survive a power cut, or its number would be given out twice.
SQLITE_START = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; PRAGMA foreign_keys=ON"


def database(url: str) -> Any:
    """Django's description of the database at `url`; SQLite gets WAL and takes the write lock at the start."""
    settings = dict(dj_database_url.parse(url, conn_max_age=600, conn_health_checks=True))
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        settings["OPTIONS"] = {
            "timeout": BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": SQLITE_START,
        }
    return settings


DATABASES = {
    "default": database(os.environ.get("CALLPOINT_DATABASE_URL") or f"sqlite:///{(DATA / 'callpoint.db').absolute()}")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "callpoint.web",  # before allauth: its pages are drawn by our templates
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "allauth.usersessions",
    "bootstrap",
    "django_htmx",
    "leaflet",
    "ninja",
    "callpoint.directory",
    "callpoint.calls",
    "callpoint.notices",
    "anymail",
]
MIDDLEWARE = [
    "callpoint.web.account.middleware.as_published",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "callpoint.web.security.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "callpoint.web.language.choose",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "callpoint.web.account.middleware.last_seen",
    "callpoint.web.account.middleware.Gate",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "callpoint.web.portal.context.portal",
            ]
        },
    }
]
ROOT_URLCONF = "callpoint.web.urls"
WSGI_APPLICATION = "callpoint.web.wsgi.application"

AUTH_USER_MODEL = "directory.Account"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "start"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # an invitation lies in a mailbox over a weekend

# Counts of failed attempts must be seen by every thread and process, and outlive them: they lie in the database, and
# so many at a time that a stranger cannot push them out by inventing addresses.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "callpoint_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

ACCOUNT_ADAPTER = "callpoint.web.account.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # whoever appoints somebody gives the address
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Callpoint] "
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers' mailboxes are not ours to fill
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True  # for SESSION_COOKIE_AGE
# Attempts from one address in a minute, and on one account (by whomever) in five minutes.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/300s/key"}
ACCOUNT_FORMS = {
    "login": "callpoint.web.account.forms.PasswordForm",
    "request_login_code": "callpoint.web.account.forms.CodeRequestForm",
}
MFA_ADAPTER = "callpoint.web.account.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody makes an account with somebody else's address by themselves
MFA_TOTP_ISSUER = "Callpoint"
MFA_TOTP_TOLERANCE = 1  # clocks of telephones are half a minute off at times
MFA_FORMS = {
    "authenticate": "callpoint.web.account.forms.FactorForm",
    "reauthenticate": "callpoint.web.account.forms.FactorAgainForm",
}
SOCIALACCOUNT_ADAPTER = "callpoint.web.account.social.SignOnAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # `directory.sign_on` decides whose account somebody enters
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True}}
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5  # seconds; somebody waits for the page
USERSESSIONS_TRACK_ACTIVITY = True

SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("CALLPOINT_SECURE_COOKIES") == "1"
SESSION_COOKIE_AGE = 12 * 3600  # a working day; nobody's screen stays signed in over night
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # files come out of the package as they are: no collecting step to forget
WHITENOISE_AUTOREFRESH = False

PUBLIC_URL = os.environ.get("CALLPOINT_WEB_PUBLIC_URL", "http://127.0.0.1:8911")
# Browsers offer passkeys over http on this machine only, for trying out; allauth would take https for granted.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = PUBLIC_URL.startswith("http:")
STREAMS_URL = os.environ.get("CALLPOINT_WEB_STREAMS_PUBLIC_URL", "http://127.0.0.1:8912")
PROXIES = [network for network in os.environ.get("CALLPOINT_WEB_PROXIES", "").split(",") if network]
WEBHOOK_NETWORKS = tuple(
    map(ip_network, filter(None, os.environ.get("CALLPOINT_WEBHOOKS_ALLOWED_NETWORKS", "").split(",")))
)
WEBHOOK_PLAIN = os.environ.get("CALLPOINT_WEBHOOKS_PLAIN_HTTP") == "1"
SIP_HOST_NAME = os.environ.get("CALLPOINT_SIP_HOST_NAME", "callpoint.invalid")
SIP_ADDRESSES = [address for address in os.environ.get("SIP_ADDRESSES_OF_CALLPOINT", "").split(",") if address]
MAP_TILES = os.environ.get("CALLPOINT_WEB_MAP_TILES", "")
MAP_CREDIT = os.environ.get("CALLPOINT_WEB_MAP_CREDIT", "")

DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("CALLPOINT_MAIL_SENDER", "Callpoint <callpoint@localhost>")
EMAIL_TIMEOUT = 10  # seconds; somebody waits for the page that sends a code
_server = mail_server(os.environ.get("CALLPOINT_MAIL_URL", ""))
if isinstance(_server, MailProvider):
    EMAIL_BACKEND = _server.backend
    ANYMAIL = {**_server.options, "REQUESTS_TIMEOUT": EMAIL_TIMEOUT, "IGNORE_UNSUPPORTED_FEATURES": True}
elif _server is not None:
    EMAIL_HOST, EMAIL_PORT = _server.host, _server.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _server.user, _server.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _server.security == "starttls", _server.security == "tls"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(DATA / "mail")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr-ca", "Français (Canada)")]
LOCALE_PATHS = [str(Path(__file__).parent.parent / "web" / "locale")]
FORMAT_MODULE_PATH = ["callpoint.web.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {
        # Faults of ours are told with their traces; what strangers ask for in vain would fill the log.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}
