"""Making what came in from outside fit for the database: a caller's header must never stop the worker."""

from collections.abc import Mapping
from typing import Any

from django.db import models


def storable(value: Any) -> Any:
    """JSON values without what PostgreSQL cannot keep: NUL, and lone surrogates (bytes that were no UTF-8)."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {storable(str(name)): storable(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [storable(inner) for inner in value]
    return value


def texts(data: Mapping[str, Any], model: type[models.Model], columns: Mapping[str, str]) -> dict[str, str]:
    """Values for text columns (`columns`: column to name in `data`), cut to what each column holds; absent is ""."""
    found: dict[str, str] = {}
    for column, name in columns.items():
        value = data.get(name)
        longest = vars(model._meta.get_field(column))["max_length"]
        found[column] = "" if value is None else storable(str(value))[:longest]
    return found
