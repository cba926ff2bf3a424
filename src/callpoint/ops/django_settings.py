"""Django's settings, from the environment alone; importing this file reads at most the secret key and writes nothing.

`CALLPOINT_DATA` is the data directory (default `./callpoint-data`), `CALLPOINT_DATABASE_URL` the central database
(default: SQLite in the data directory), `CALLPOINT_HOSTS` the host names served, separated by commas,
`CALLPOINT_SECURE_COOKIES=1` when the pages are reached by HTTPS only.
"""

import os
from pathlib import Path
from typing import Any

import dj_database_url

from callpoint.directory.secret_key import secret_key

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
    "django.contrib.staticfiles",
    "callpoint.directory",
    "callpoint.calls",
    "callpoint.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "callpoint.web.security.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
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
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "start"

SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("CALLPOINT_SECURE_COOKIES") == "1"
SESSION_COOKIE_AGE = 12 * 3600  # a working day; nobody's screen stays signed in over night
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # files come out of the package as they are: no collecting step to forget
WHITENOISE_AUTOREFRESH = False

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

LOGGING: dict[str, Any] = {"version": 1, "disable_existing_loggers": False}
