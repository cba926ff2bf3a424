"""The sentences that parts without languages make: collected from their source, so that pages can say them in any.

`rules`, the judgement of addresses, imports and the decision speak English, with values in between. This script writes
their texts, placeholders in place of values, to `src/callpoint/web/wording/sentences/`, where the extraction for
translators finds them and `wording.saying` matches what is to be shown against them.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "callpoint"
TARGET = SOURCE / "web" / "wording" / "sentences"
# Which files speak to people, by the file their sentences go to.
SPEAKERS = {
    "alerts": ("channels/variables.py", "channels/templates.py", "routing/who_is_told.py"),
    "directory": ("directory/rules.py", "directory/verdicts.py", "directory/editing/*.py", "directory/welcome.py"),
    "imports": ("directory/imports/*.py",),
    "addresses": ("addresses/*.py", "addresses/judgement/*.py", "addresses/parsing/*.py", "addresses/remote/*.py"),
    "routing": (
        "routing/reasons.py",
        "routing/explain.py",
        "routing/targets.py",
        "routing/whose_location.py",
        "routing/identity.py",
        "routing/destination.py",
        "routing/decide.py",
        "web/forecast.py",
    ),
}
# What these hold is for programs or in French already.
SILENT_CALLS = frozenset(
    {
        "compile",
        "fromkeys",
        "acting",
        "gettext",
        "gettext_lazy",
        "ngettext",
        "_",
        "note",
        "split",
        "TypeError",
        "RuntimeError",
    }
)
FRENCH = re.compile(r"[àâçéèêëîïôùûœ]|\b[ldn]'|\bqu'", re.IGNORECASE)
# Lists of words to know again, not to say.
WORDS_TO_KNOW = re.compile(r"(?:[a-z#]{1,12} ){2,}[a-z#]{1,12}\Z")
SPOKEN_ALL_THE_SAME = re.compile(
    r"\b(?:the|is|are|it|our|no|not|of|was|cannot|has|out|by|in|to|last|its|after|differ|named|or)\b"
)
WORD = re.compile(r"[A-Za-z][a-z']+")


def main() -> int:
    """Write every file anew; tells how many sentences there are."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in rendered(collected()).items():
        (TARGET / name).write_text(text, "utf-8")
    for part, sentences in collected().items():
        print(f"{part}: {len(sentences)} sentences")
    return 0


def collected() -> dict[str, list[str]]:
    """The sentences of each part, in order."""
    return {
        part: sorted({one for pattern in patterns for path in SOURCE.glob(pattern) for one in of(path)})
        for part, patterns in SPEAKERS.items()
    }


def rendered(parts: dict[str, list[str]]) -> dict[str, str]:
    """The files as they should be, by name."""
    files = {"__init__.py": '"""Sentences other parts make, for translators; written by `scripts/sentences.py`."""\n'}
    for part, found in parts.items():
        lines = "".join(f"    gettext_noop({_quoted(one)}),\n" for one in found)
        files[f"{part}.py"] = (
            f'"""Sentences of the part `{part}`; written by `scripts/sentences.py`."""\n\n'
            "from typing import Final\n\nfrom django.utils.translation import gettext_noop\n\n"
            f"SENTENCES: Final = (\n{lines})\n"
        )
    return {name: _laid_out(text) for name, text in files.items()}


def of(path: Path) -> Iterator[str]:
    """The sentences of one file, as templates with `%(name)s`."""
    tree = ast.parse(path.read_text("utf-8"))
    silent = set(_silent(tree))
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        template = _template(node)
        if template and _is_sentence(template):
            yield template


def _silent(tree: ast.AST) -> Iterator[int]:
    """Nodes that are no text for people: docstrings, keys, arguments of silent calls, pieces of f-strings."""
    for node in ast.walk(tree):
        quiet: list[ast.AST] = []
        if isinstance(node, ast.Expr):
            quiet.append(node.value)
        elif isinstance(node, ast.JoinedStr):
            quiet += node.values
        elif isinstance(node, ast.Dict):
            quiet += [key for key in node.keys if key is not None]
        elif isinstance(node, ast.Call) and _name(node.func) in SILENT_CALLS:
            quiet += [*node.args, *(keyword.value for keyword in node.keywords)]
        elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and _name(node.exc.func) == "ValueError":
            quiet += node.exc.args
        for one in quiet:
            for below in ast.walk(one) if not isinstance(node, ast.Expr | ast.JoinedStr) else (one,):
                if not isinstance(one, ast.Call):
                    yield id(below)


def _name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _template(node: ast.AST) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        counted = iter(range(1, 100))
        # A text that is filled in later has its placeholders already, and doubles the braces that are none.
        text, filled = re.subn(
            r"\{(\w*)(?:![rs])?(?::[^}]*)?\}", lambda found: f"%({found[1] or f'value{next(counted)}'})s", node.value
        )
        return text.replace("{{", "{").replace("}}", "}") if filled else text
    if isinstance(node, ast.JoinedStr):
        names: dict[str, int] = {}
        return "".join(_piece(value, names) for value in node.values)
    return ""


def _piece(value: ast.expr, names: dict[str, int]) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value).replace("%", "%%")
    found = re.findall(r"[a-z_]{3,}", ast.unparse(value).lower())
    name = next((one.strip("_") for one in reversed(found) if one not in ("len", "str", "join", "map")), "value")
    names[name] = names.get(name, 0) + 1
    return f"%({name}{names[name] if names[name] > 1 else ''})s"


def _is_sentence(text: str) -> bool:
    bare = re.sub(r"%\(\w+\)s", " ", text)
    words = WORD.findall(bare)
    if (
        " " not in text.strip()
        or "\n" in text
        or "\\b" in text
        or FRENCH.search(bare)
        or re.search(r"[\^$\\|]|SELECT |PRAGMA |WHERE |::", bare)
    ):
        return False
    if re.search(r"%[sd]", bare) or text.endswith(" "):
        return False
    if WORDS_TO_KNOW.match(text) and len(SPOKEN_ALL_THE_SAME.findall(text)) == 0:
        return False
    if bare != text:
        return len(words) >= 2
    return len(words) >= 3 or (len(words) >= 2 and bare[-1:] in ".!?")


def _quoted(text: str) -> str:
    return ast.unparse(ast.Constant(text))


def _laid_out(text: str) -> str:
    """Long texts broken at a blank, as ruff wants lines."""
    lines = []
    for line in text.splitlines():
        if len(line) <= 120 or not line.startswith("    gettext_noop("):
            lines.append(line)
            continue
        value = ast.literal_eval(line.strip().removeprefix("gettext_noop(").removesuffix("),"))
        pieces, rest = [], value
        while len(_quoted(rest)) > 100:
            cut = rest.rfind(" ", 0, 96) + 1
            pieces.append(rest[:cut])
            rest = rest[cut:]
        lines += ["    gettext_noop(", *(f"        {_quoted(piece)}" for piece in (*pieces, rest)), "    ),"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
