"""How the tables of this folder are written down: words with blanks between them, so that a table fits a page."""


def listed(*lines: str) -> tuple[str, ...]:
    """The words of `lines`, one after another."""
    return tuple(" ".join(lines).split())
