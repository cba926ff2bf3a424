"""A verdict for people: what it is, why, and what else it may be."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich.console import Console
from rich.text import Text

STYLES: Final = {
    "valid": "bold green",
    "valid_corrected": "bold green",
    "area": "bold yellow",
    "ambiguous": "bold yellow",
    "invalid": "bold red",
    "refused": "bold red",
}
_WORDS: Final = {
    "valid": "valid",
    "valid_corrected": "valid, corrected as accepted",
    "area": "only the area is confirmed (not dispatchable)",
    "ambiguous": "ambiguous: a choice is needed",
    "invalid": "invalid",
    "refused": "refused",
}
_ACCURACY: Final = {
    "point": "at the door",
    "range": "interpolated along the road",
    "area": "middle of the area, no place to send anybody",
}


def show_verdict(document: Mapping[str, Any], console: Console) -> None:
    """Prints the document of `AddressDesk.document`."""
    for text, style in _lines(document):
        # Control characters of whatever was given must not reach the terminal.
        console.print(Text("".join(c if c.isprintable() else "\ufffd" for c in text), style), soft_wrap=True)


def _lines(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    status = document["status"]
    yield document["formatted"] or document["input"] or "(nothing)", "bold"
    yield f"  {_WORDS[status]}", STYLES[status]
    for reason in document["reasons"]:
        yield f"  {reason['text']}", ""
    for warning in document["warnings"]:
        yield f"  warning: {warning['text']}", "yellow"
    yield from _where(document)
    if document["suggestions"]:
        yield "Suggestions (take one with --accept N):", "bold"
    for number, one in enumerate(document["suggestions"], 1):
        yield f"  {number}. {one['formatted']}", ""
        yield f"     {one['why']}", "dim"


def _where(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if document["point"] is not None:
        lat, lon = document["point"]
        yield f"  position  {lat:.5f}, {lon:.5f} ({_ACCURACY[document['accuracy']]})", ""
    if document["psap"] is not None:
        yield f"  PSAP      {document['psap']['name']} ({document['psap']['uri'] or 'no URI published'})", ""
    if document["dataset"] is not None:
        sample = ", a sample" if document["dataset"].get("sample") else ""
        yield f"  data set  {document['dataset']['name']} {document['dataset']['version']}{sample}", ""
