"""Rules of the house that no linter holds for us: nothing unfinished or overgrown, no check that -O switches off."""

import ast
import re
from collections.abc import Iterator

LONGEST_FILE = 600  # lines
LONGEST_FUNCTION = 60  # lines, decorators and docstring included
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "misc", "common"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(sources: dict[str, str]) -> Iterator[tuple[str, Function]]:
    """Every function of the package, with `file:line name`."""
    for name, text in sources.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, Function):
                yield f"{name}:{node.lineno} {node.name}", node


def is_stub(node: Function) -> bool:
    """Whether nothing but `raise NotImplementedError` stands in it (an abstract method is declared as such)."""
    body = [line for line in node.body if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))]
    abstract = any("abstractmethod" in ast.dump(mark) for mark in node.decorator_list)
    return len(body) == 1 and isinstance(body[0], ast.Raise) and "NotImplemented" in ast.dump(body[0]) and not abstract


def test_no_assert_in_the_package(sources: dict[str, str]) -> None:
    found = [
        f"{name}:{node.lineno}"
        for name, text in sources.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Assert)
    ]
    assert not found, f"an assert vanishes under -O, raise instead: {found}"


def test_nothing_is_left_for_later(sources: dict[str, str]) -> None:
    marks = [
        f"{name}:{number}: {line.strip()}"
        for name, text in sources.items()
        for number, line in enumerate(text.splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    stubs = [place for place, node in functions(sources) if is_stub(node)]
    assert not marks + stubs


def test_no_file_has_grown_too_long(sources: dict[str, str]) -> None:
    written = {name: text.count("\n") for name, text in sources.items() if "/migrations/" not in name}
    assert not {name: lines for name, lines in written.items() if lines > LONGEST_FILE}


def test_no_function_has_grown_too_long(sources: dict[str, str]) -> None:
    lengths = {place: (node.end_lineno or node.lineno) - node.lineno + 1 for place, node in functions(sources)}
    assert not {place: length for place, length in lengths.items() if length > LONGEST_FUNCTION}


def test_no_module_is_named_for_nothing_in_particular(sources: dict[str, str]) -> None:
    assert not [name for name in sources if VAGUE_NAMES & set(re.split(r"[/.]", name))]


def test_every_module_says_what_it_is(sources: dict[str, str]) -> None:
    bare = [name for name, text in sources.items() if text.strip() and not ast.get_docstring(ast.parse(text))]
    assert not [name for name in bare if "/migrations/" not in name]
