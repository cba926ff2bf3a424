"""Django and the dispatcher read one and the same mail.url."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = """
import json
from callpoint.ops import django_settings as s
names = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_USE_TLS", "ANYMAIL")
print(json.dumps({name: getattr(s, name) for name in names if hasattr(s, name)}))
"""


def settings(url: str, folder: Path) -> dict[str, Any]:
    """In a process of its own: settings are read once in each."""
    environment = {**os.environ, "CALLPOINT_MAIL_URL": url, "CALLPOINT_DATA": str(folder)}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "anymail+postmark://T1?api_url=http://127.0.0.1:1/",
            {
                "EMAIL_BACKEND": "anymail.backends.postmark.EmailBackend",
                "ANYMAIL": {
                    "POSTMARK_SERVER_TOKEN": "T1",
                    "POSTMARK_API_URL": "http://127.0.0.1:1/",
                    "REQUESTS_TIMEOUT": 10,
                    "IGNORE_UNSUPPORTED_FEATURES": True,
                },
            },
        ),
        ("smtp://mail.example.com", {"EMAIL_HOST": "mail.example.com", "EMAIL_PORT": 587, "EMAIL_USE_TLS": True}),
        ("", {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}),
    ],
)
def test_the_pages_send_the_same_way(url: str, expected: dict[str, Any], tmp_path: Path) -> None:
    assert settings(url, tmp_path) == expected
