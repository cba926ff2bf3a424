"""The containers errors and warnings (RFC 5222 §13)."""

from collections.abc import Iterator

from lxml import etree

from callpoint.i3.document import children, language_of, local_name
from callpoint.i3.errors import DocumentError
from callpoint.i3.lost.elements import attribute, is_lost, require_source, require_word, set_message, tag
from callpoint.i3.lost.problems import ERROR_KINDS, WARNING_KINDS, Errors, Problem, Warnings

_PROFILES = "unsupportedProfiles"


def read_errors(element: etree._Element) -> Errors:
    return Errors(attribute(element, "source"), tuple(_read_problems(element)))


def read_warnings(element: etree._Element) -> tuple[Warnings, ...]:
    """All warnings of a response, one entry for each server that warned."""
    found = (Warnings(attribute(one, "source"), tuple(_read_problems(one))) for one in children(element, "warnings"))
    return tuple(warnings for warnings in found if warnings.problems)


def _read_problems(element: etree._Element) -> Iterator[Problem]:
    for inner in filter(is_lost, element):
        profiles = tuple(attribute(inner, _PROFILES).split())
        yield Problem(local_name(inner), attribute(inner, "message"), language_of(inner), profiles)


def fill_errors(root: etree._Element, errors: Errors) -> None:
    """Put `errors` into the element errors; DocumentError for none, two of a kind, or a kind that is no error."""
    _fill(root, errors.source, errors.problems, ERROR_KINDS)


def add_warnings(parent: etree._Element, warnings: Warnings) -> None:
    _fill(etree.SubElement(parent, tag("warnings")), warnings.source, warnings.problems, WARNING_KINDS)


def _fill(element: etree._Element, source: str, problems: tuple[Problem, ...], kinds: frozenset[str]) -> None:
    element.set("source", require_source(source))
    told = [problem.kind for problem in problems]
    if not told or len(set(told)) < len(told) or not set(told) <= kinds:
        raise DocumentError(f"{told} cannot stand in {element.tag}")
    for problem in problems:
        inner = etree.SubElement(element, tag(problem.kind))
        if problem.kind == "locationProfileUnrecognized":
            if not problem.unsupported_profiles:
                raise DocumentError("locationProfileUnrecognized must name the profiles")
            names = (require_word(name, "profile") for name in problem.unsupported_profiles)
            inner.set(_PROFILES, " ".join(names))
        set_message(inner, problem.message, problem.language)
