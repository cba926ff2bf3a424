"""The published description: ninja's, with what it does not know: scopes, header fields, every error answer."""

import hashlib
import json
from typing import Any, Final

from ninja import NinjaAPI

from callpoint.directory.scopes import SCOPES, Scope
from callpoint.web.api.door import EXTENSION, WRITES
from callpoint.web.api.idempotency import LONGEST_KEY
from callpoint.web.api.problems import MEDIA_TYPE, PAGES, TOLD, Kind

Document = dict[str, Any]
SCHEME: Final = "token"
_ALWAYS: Final = (Kind.UNAUTHENTICATED, Kind.FORBIDDEN, Kind.NOT_FOUND, Kind.REFUSED, Kind.TOO_MANY, Kind.OURS)
_WRITING: Final = (Kind.UNDER_WAY, Kind.CHANGED)
_WITH_BODY: Final = (Kind.TOO_LARGE, Kind.MEDIA)
_PROBLEM: Final[Document] = {
    "type": "object",
    "title": "Problem",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "enum": [PAGES + kind for kind in Kind]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "About this very request."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {
                    "field": {"type": "string", "description": "Path of the field, empty for the whole."},
                    "detail": {"type": "string", "description": "What is wrong with it and what to do."},
                },
            },
        },
    },
}
_KEY: Final[Document] = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"}
_ETAG: Final[Document] = {"description": "For If-Match and If-None-Match.", "schema": {"type": "string"}}
_REPLAYED: Final[Document] = {
    "description": "Present when the answer is that of an earlier request with the same Idempotency-Key.",
    "schema": {"type": "string", "enum": ["true"]},
}


def described(api: NinjaAPI) -> Document:
    """The description as a JSON value."""
    found: Document = json.loads(json.dumps(api.get_openapi_schema(path_params={})))
    del found["servers"]  # none is "here"
    found["components"]["schemas"]["Problem"] = _PROBLEM
    found["components"]["securitySchemes"] = {
        SCHEME: {"type": "http", "scheme": "bearer", "description": "A token of the page “API tokens”: `cp_…`."}
    }
    found["components"]["headers"] = {"ETag": _ETAG, "Idempotency-Replayed": _REPLAYED}
    for schema in found["components"]["schemas"].values():
        if str(schema.get("title", "")).startswith("Listed["):  # of a generic, pydantic keeps no docstring
            schema["description"] = "One page of a collection."
    for methods in found["paths"].values():
        for method, operation in methods.items():
            _complete(method.upper(), operation)
    return found


def written(description: Document) -> tuple[bytes, str]:
    """The bytes that are served, and a digest of them."""
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":")).encode()
    return text, hashlib.sha256(text).hexdigest()[:32]


def _complete(method: str, operation: Document) -> None:
    ours = operation.pop(EXTENSION)
    scope = Scope(ours["scope"])
    operation["security"] = [{SCHEME: []}]
    words = f"Needs the scope `{scope}`: {str(SCOPES[scope].words)[0].lower()}{str(SCOPES[scope].words)[1:]}."
    operation["description"] = f"{operation.get('description', '')}\n\n{words}".strip()
    parameters = operation.setdefault("parameters", [])
    if method in WRITES:
        parameters.append(_header("Idempotency-Key", "New for each write; the same to send it again.", _KEY))
    if method in ("PUT", "PATCH", "DELETE"):
        parameters.append(_header("If-Match", "ETag of what you have read; 412 if it is another one now."))
    _complete_answers(method, operation, ours["produces"])


def _complete_answers(method: str, operation: Document, produces: str) -> None:
    answers = operation["responses"]
    for status, answer in answers.items():
        answer["description"] = _SAID.get(status, "Done.")
        if "content" in answer:
            answer["content"] = dict.fromkeys([produces], *answer["content"].values())
            answer["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
        if method in WRITES:
            answer.setdefault("headers", {})["Idempotency-Replayed"] = {
                "$ref": "#/components/headers/Idempotency-Replayed"
            }
    if method == "GET":
        answers["304"] = {"description": "It is still what If-None-Match names."}
        operation["parameters"].append(_header("If-None-Match", "ETag of what you have; 304 if it is still so."))
    with_body = "requestBody" in operation
    kinds = [*_ALWAYS, *(_WRITING if method in WRITES else ()), *(_WITH_BODY if with_body else ()), Kind.MALFORMED]
    for kind in kinds:
        answers.setdefault(str(TOLD[kind].status.value), _problem_answer(kind))
    answers["default"] = {"description": "Any other problem.", "content": _problem_content()}


_SAID: Final = {"200": "Here it is.", "201": "It was made; Location says where it is.", "204": "Done.", "202": "Begun."}


def _header(name: str, description: str, schema: Document | None = None) -> Document:
    known = schema or {"type": "string"}
    return {"in": "header", "name": name, "required": False, "description": description, "schema": known}


def _problem_answer(kind: Kind) -> Document:
    told = TOLD[kind]
    return {"description": f"{told.title}. {told.why}", "content": _problem_content()}


def _problem_content() -> Document:
    return {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
