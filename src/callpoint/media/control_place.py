"""Where the media process is spoken to. Apart, as those who speak to it need none of its audio."""

from pathlib import Path


def control_socket(data_dir: Path) -> Path:
    """The socket, in the installation's data directory; what is served there: `control_methods`."""
    return data_dir / "media" / "control.sock"
