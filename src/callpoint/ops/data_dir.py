"""What the data directory holds besides the databases: secrets made once, and the trial certificate.

Every secret is a file only its owner may read (0600) in a directory only its owner may enter (0700).
"""

import os
import secrets
from pathlib import Path

from callpoint.ops.errors import OperatorError

SECRET_BYTES = 24  # 192 bits: beyond guessing, and still fits one line of a terminal
ADMIN_PASSWORD_FILE = "admin-password"  # noqa: S105 - a file name
OPERATOR_TOKEN_FILE = "operator-token"  # noqa: S105 - a file name


def make_data_dir(path: Path) -> Path:
    """The directory, made when absent, with `node/` inside; absolute, as children may run elsewhere."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        (path / "node").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise OperatorError(f"The data directory {path} cannot be made: {error}.", "Choose another --data.") from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise OperatorError(f"The data directory {path} cannot be written.", "Change its owner, or --data.")
    return path.resolve()


def secret(path: Path) -> str:
    """The secret kept in `path`, made on the first call. Two processes that race get the same one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_secret(path)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        value = secrets.token_urlsafe(SECRET_BYTES)
        file.write(value + "\n")
    return value


def read_secret(path: Path) -> str:
    """The secret another call has made; OperatorError when it is empty or gone."""
    try:
        value = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"The secret {path} cannot be read: {error}.", "Restore it or delete it.") from error
    if not value:
        raise OperatorError(f"The secret {path} is empty.", "Delete the file; the next start makes a new one.")
    return value


def operator_token(data_dir: Path) -> str:
    """What a program shows the dispatcher to see live calls."""
    return secret(data_dir / OPERATOR_TOKEN_FILE)


def admin_password(data_dir: Path) -> str:
    """Password of the sample organization's administrator."""
    return secret(data_dir / ADMIN_PASSWORD_FILE)
