"""Every string of the pages is there in every language, with the same placeholders, and compiled as it is written."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from scripts import messages

CATALOGUES = [messages.LOCALE / language / "LC_MESSAGES" / "django.po" for language in messages.LANGUAGES]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sdrif]|%(?=[sd])|\{(\w*)\}")


def placeholders(text: str) -> set[str]:
    return {match.group(0) for match in PLACEHOLDER.finditer(text)}


@pytest.mark.parametrize("path", CATALOGUES, ids=str)
def test_everything_is_translated(path: Path) -> None:
    left = [entry.msgid for entry in polib.pofile(str(path)) if not entry.translated() or entry.fuzzy]
    assert not left, f"{len(left)} strings are not translated (scripts/messages.py lists them): {left[:10]}"


@pytest.mark.parametrize("path", CATALOGUES, ids=str)
def test_placeholders_survive_translation(path: Path) -> None:
    wrong = []
    for entry in polib.pofile(str(path)):
        meant = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        wrong += [text for text in texts if text and not placeholders(text) <= meant]
        if entry.msgid_plural == "":
            wrong += [text for text in texts if text and placeholders(text) != meant]
    assert not wrong


@pytest.mark.parametrize("path", CATALOGUES, ids=str)
def test_what_is_compiled_is_what_is_written(path: Path) -> None:
    written = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in polib.pofile(str(path)) if e.translated()}
    compiled = {(e.msgctxt, e.msgid): e.msgstr or e.msgstr_plural for e in polib.mofile(str(path.with_suffix(".mo")))}
    assert compiled == written


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_no_string_of_the_source_is_missing(language: str, peer: Callable[[str], str], tmp_path: Path) -> None:
    peer("xgettext")
    source = tmp_path / "callpoint"
    shutil.copytree(messages.SOURCE, source, ignore=shutil.ignore_patterns("__pycache__"))
    script = messages.ROOT / "scripts" / "messages.py"
    subprocess.run([sys.executable, script, source], check=True, capture_output=True)
    place = Path("web") / "locale" / language / "LC_MESSAGES" / "django.po"
    there = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(messages.SOURCE / place))}
    needed = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(source / place))}
    assert needed == there, "run scripts/messages.py and translate what it tells"
