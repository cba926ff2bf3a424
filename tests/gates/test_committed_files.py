"""No committed file tells of the machine it was made on, or ties a user to one package index."""

import re
from pathlib import PurePosixPath

import pytest

# Written so that this file does not match itself.
FORBIDDEN = {
    "package index host": re.compile(
        rb"py[p]i\.(?:org|python)|python[h]osted\.|npm[j]s\.(?:org|com)|registry\.yarn[p]kg"
        rb"|(?:deb|security|ftp|snapshot)\.deb[i]an\.|crates\.[i]o|proxy\.go[l]ang|files\.python[h]"
    ),
    "path of one machine": re.compile(
        rb"(?<![\w.$}-])/(?:wor[k]/|far[m]/|hom[e]/[a-z]|User[s]/[A-Za-z]|roo[t]/|tmp/bas[h]|tmp/brie[f])"
    ),
    "private key": re.compile(rb"-----BEGIN [A-Z ]*PRIV[A]TE KEY-----"),
}
# Lock files of these tools record the addresses they fetched from.
LOCK_FILES = {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "yarn.lock"}
LARGEST_FILE = 1_000_000  # bytes; a checkout is text, data sets are fetched or handed in


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_committed_file_holds(what: str, committed: dict[str, bytes]) -> None:
    pattern = FORBIDDEN[what]
    found = [
        f"{name}:{number}: {hit.group().decode(errors='replace')}"
        for name, content in committed.items()
        for number, line in enumerate(content.split(b"\n"), 1)
        for hit in pattern.finditer(line)
    ]
    assert not found, f"{what} in a committed file: {found}"


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("package index host", "https://py" + "pi.org/simple"),
        ("package index host", "files.python" + "hosted.org"),
        ("package index host", "deb.deb" + "ian.org"),
        ("path of one machine", "open('/wo" + "rk/main')"),
        ("path of one machine", "/ho" + "me/alice/callpoint"),
        ("private key", "-----BEGIN RSA PRIV" + "ATE KEY-----"),
    ],
)
def test_the_patterns_find_what_they_are_for(what: str, text: str) -> None:
    assert FORBIDDEN[what].search(text.encode())


@pytest.mark.parametrize("text", ["docs/wor" + "k/flow.md", "the debian package", "./hom" + "e/x", "pypi"])
def test_the_patterns_leave_ordinary_words_alone(text: str) -> None:
    assert not any(pattern.search(text.encode()) for pattern in FORBIDDEN.values())


def test_no_lock_file_that_records_addresses(committed: dict[str, bytes]) -> None:
    assert not [name for name in committed if PurePosixPath(name).name in LOCK_FILES]


def test_no_large_file(committed: dict[str, bytes]) -> None:
    assert not {name: len(content) for name, content in committed.items() if len(content) > LARGEST_FILE}


def test_text_ends_its_lines_alike(committed: dict[str, bytes]) -> None:
    python = {name: content for name, content in committed.items() if name.endswith((".py", ".md", ".toml"))}
    assert not [name for name, content in python.items() if b"\r\n" in content or (content and content[-1:] != b"\n")]
