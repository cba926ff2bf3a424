"""What the data directory holds besides the databases: secrets made once, and the trial certificate.

Every secret is a file only its owner may read (0600) in a directory only its owner may enter (0700).
"""

import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from callpoint.ops.errors import OperatorError

SECRET_BYTES = 24  # 192 bits: beyond guessing, and still fits one line of a terminal
ADMIN_PASSWORD_FILE = "admin-password"  # noqa: S105 - a file name
OPERATOR_TOKEN_FILE = "operator-token"  # noqa: S105 - a file name
PASS_KEY_FILE = "pass-key"  # noqa: S105 - a file name
SCREEN_TOKEN_FILE = "sample-screen-token"  # noqa: S105 - a file name
LOCK_FILE = "running"


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


@contextlib.contextmanager
def sole_installation(data_dir: Path) -> Iterator[None]:
    """Keeps a second `up` or `demo` off the directory: two nodes would share one journal, two workers one snapshot.

    OperatorError while another has it. The system takes the lock away with the process that held it, however it
    ended; the file stays behind and means nothing by itself. Children do not inherit the lock.
    """
    descriptor = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = file.read().strip() or "unknown"
            raise OperatorError(
                f"Callpoint (process {holder}) runs on the data directory {data_dir} already.",
                "Stop it first, or give this one a --data and a --port-offset of its own.",
            ) from error
        with contextlib.suppress(OSError):  # a full disk: who holds it is a comfort, starting is not
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
        yield


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


def pass_key(data_dir: Path) -> str:
    """What web signs passes to the live board with, and the dispatcher proves them by."""
    folder = data_dir / "dispatcher"
    folder.mkdir(mode=0o700, exist_ok=True)
    return secret(folder / PASS_KEY_FILE)


def screen_token(data_dir: Path) -> str:
    """Token of the sample organization's screen, in the form of every screen's."""
    return f"cps_{secret(data_dir / SCREEN_TOKEN_FILE)}"


def admin_password(data_dir: Path) -> str:
    """Password of the sample organization's administrator."""
    return secret(data_dir / ADMIN_PASSWORD_FILE)
