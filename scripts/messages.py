"""What the pages say, in the other languages: brings `src/callpoint/web/locale` up to the strings in the source.

New strings come in untranslated, those that are gone are taken out, and what can be compiled is compiled. Needs the
GNU gettext programs (`make peers` installs them on Debian); running Callpoint needs only what comes out.
"""

import contextlib
import os
import sys
from pathlib import Path

import django
import polib
from django.conf import settings
from django.core.management import call_command

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "callpoint"
LOCALE = SOURCE / "web" / "locale"
LANGUAGES = ("fr_CA",)
PLURALS = "nplurals=2; plural=(n > 1);"  # French: 0 and 1 are singular
# Dates of extraction and of nobody's translation would change with every run.
VOLATILE = ("POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Report-Msgid-Bugs-To")


def extract(source: Path) -> None:
    """Django's own extraction, over all parts: whatever is said on a page may come from any of them."""
    with contextlib.chdir(source):
        call_command(
            "makemessages",
            locale=list(LANGUAGES),
            no_obsolete=True,
            no_wrap=True,
            add_location="file",
            stdout=open(os.devnull, "w"),  # noqa: SIM115 - for as long as the process lives
        )


def tidy(path: Path) -> polib.POFile:
    """The catalogue without what changes by itself; guesses of the merge are no translations."""
    catalogue = polib.pofile(str(path), wrapwidth=0)
    for name in VOLATILE:
        catalogue.metadata.pop(name, None)
    for entry in catalogue:
        if entry.fuzzy:
            entry.fuzzy = False
            entry.msgstr = ""
            entry.msgstr_plural = dict.fromkeys(entry.msgstr_plural, "")
        entry.previous_msgid = entry.previous_msgid_plural = entry.previous_msgctxt = None
    catalogue.header = ""
    catalogue.metadata_is_fuzzy = []
    catalogue.metadata |= {"Project-Id-Version": "Callpoint", "Language": path.parts[-3], "Plural-Forms": PLURALS}
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    catalogue.save()
    return catalogue


def main(source: Path, locale: Path) -> int:
    """Extracts and compiles; tells how much is left to translate."""
    locale.mkdir(exist_ok=True)
    settings.configure(LOCALE_PATHS=[str(locale)])
    django.setup()
    extract(source)
    for language in LANGUAGES:
        path = locale / language / "LC_MESSAGES" / "django.po"
        catalogue = tidy(path)
        catalogue.save_as_mofile(str(path.with_suffix(".mo")))
        print(f"{language}: {len(catalogue)} strings, {len(catalogue.untranslated_entries())} not translated")
    return 0


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    sys.exit(main(folder, folder / "web" / "locale"))
