"""Where in a document something is wrong, by the names of the document: pydantic also tells of its own branches."""

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from pydantic import BaseModel

Part = str | int


def located(document: Any, place: Sequence[Part]) -> tuple[str, set[str]]:
    """The path of the place (`address.HNO`, `items.3.email`), and the names known beside its last part.

    `document` is the type that was read; `place` is `loc` of a pydantic error within it.
    """
    path: list[str] = []
    known = _names(document)
    for part in place:
        if isinstance(part, int):
            path.append(str(part))
            continue
        inner = [model.model_fields[part].annotation for model in _models(document) if part in model.model_fields]
        last = part == place[-1] and not inner
        if not inner and not last:
            continue  # the name of a branch of a union
        known = _names(document)
        path.append(part)
        document = inner[0] if inner else None
    return ".".join(path), known


def _names(document: Any) -> set[str]:
    return {name for model in _models(document) for name in model.model_fields}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The documents an annotation speaks of, within unions, lists and `Annotated`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for inner in get_args(annotation):
        yield from _models(inner)
