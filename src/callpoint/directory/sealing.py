"""Secrets of others that we must be able to read again, kept so that the database alone does not tell them.

Authenticator secrets and the keys of identity providers lie in the database sealed under a key made from Django's
`SECRET_KEY`, which lies outside of it: whoever gets a dump or a backup of the database has none of them.
"""

from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE: Final = b"callpoint secrets in the database, 1"


class UnsealError(ValueError):
    """The text was sealed under another key, or altered since."""


def seal(text: str) -> str:
    """The text in a form that only this installation can read."""
    return _box(settings.SECRET_KEY).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed. Raises `UnsealError` when the secret key is another one than then."""
    try:
        return _box(settings.SECRET_KEY).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise UnsealError("sealed under another secret key than this installation's") from error


@lru_cache(maxsize=4)
def _box(secret_key: str) -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=_PURPOSE).derive(secret_key.encode())
    return Fernet(urlsafe_b64encode(key))
