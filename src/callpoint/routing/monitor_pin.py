"""PINs by which a guard's phone proves itself: kept as slow, salted digests, as six digits are soon tried."""

import hashlib
import hmac
import secrets
from typing import Final

MIN_DIGITS: Final = 6
MAX_DIGITS: Final = 12
_SALT_BYTES: Final = 16
_COST: Final = 2**12  # some ten milliseconds; the node checks a PIN in a thread


def digest(pin: str) -> str:
    """What is kept of a PIN: `salt$digest` in hexadecimal. Raises ValueError unless it is 6 to 12 digits."""
    if not (pin.isascii() and pin.isdigit() and MIN_DIGITS <= len(pin) <= MAX_DIGITS):
        raise ValueError(f"a PIN is {MIN_DIGITS} to {MAX_DIGITS} digits")
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{salt.hex()}${_scrypt(pin, salt)}"


def matches(pin: str, kept: str) -> bool:
    """Whether `kept` was made from `pin`; never for a digest that is empty or none."""
    salt, _, wanted = kept.partition("$")
    try:
        raw = bytes.fromhex(salt)
    except ValueError:
        return False
    return bool(wanted) and hmac.compare_digest(_scrypt(pin, raw), wanted)


def _scrypt(pin: str, salt: bytes) -> str:
    return hashlib.scrypt(pin.encode(), salt=salt, n=_COST, r=8, p=1).hex()
