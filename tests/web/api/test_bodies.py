"""What a body may be, before anybody looks at its meaning."""

import json
from typing import Any

import pytest
from django.test import RequestFactory, override_settings

from callpoint.web.api import bodies
from callpoint.web.api.problems import Kind, Problem


def request(content: bytes, media_type: str = bodies.JSON, **extra: Any) -> Any:
    return RequestFactory().generic("POST", "/", content, content_type=media_type, **extra)


def refused(content: bytes) -> Problem:
    with pytest.raises(Problem) as caught:
        bodies.parsed(request(content))
    return caught.value


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


@pytest.mark.parametrize("value", [{}, [], "", 0, -1.5, True, None, {"a": [{"b": "é 😀"}]}, {"a": 1, "A": 2}])
def test_json_comes_as_it_was_sent(value: Any) -> None:
    assert bodies.parsed(request(json.dumps(value).encode())) == value
    assert bodies.parsed(request(json.dumps(value, ensure_ascii=False).encode())) == value


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "line 1, column 1"),
        (b"{", "line 1, column 2"),
        (b'{\n"a": 1,}', "line 2, column"),
        (b"{} {}", "Extra data"),
        (b"\xff\xfe", "invalid start byte"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b'{"a": NaN}', "NaN is no number of JSON"),
        (b'{"a": -Infinity}', "-Infinity is no number of JSON"),
        (b'{"a": 1, "a": 1}', "'a' stands twice in one object"),
        (b'{"o": {"b": 1, "b": 2}}', "'b' stands twice in one object"),
        (b'"a\x00"', "Invalid control character"),
        (b'{"a": "\\u0000"}', "cannot be kept"),
        (b'{"a\\u0000": 1}', "cannot be kept"),
        (b'["\\ud83d"]', "cannot be kept"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_json_of_ours_is_told(content: bytes, why: str) -> None:
    problem = refused(content)
    assert problem.kind is Kind.MALFORMED
    assert why in problem.detail


def test_depth_has_a_limit_and_reaches_it() -> None:
    assert bodies.parsed(request(nested(bodies.DEEPEST)))
    problem = refused(nested(bodies.DEEPEST + 1))
    assert (problem.kind, f"{bodies.DEEPEST} deep" in problem.detail) == (Kind.MALFORMED, True)


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert bodies.parsed(request(b'"\\ud83d\\ude00"')) == "😀"


@pytest.mark.parametrize("given", ["text/plain", "application/x-www-form-urlencoded", "application/json-patch+json"])
def test_another_kind_of_body_is_not_taken(given: str) -> None:
    with pytest.raises(Problem) as caught:
        bodies.check(request(b"{}", given), bodies.JSON)
    assert (caught.value.kind, given in caught.value.detail) == (Kind.MEDIA, True)


def test_a_body_without_a_kind_is_told_so() -> None:
    with pytest.raises(Problem) as caught:
        bodies.check(request(b"{}", ""), bodies.JSON)
    assert "there is none" in caught.value.detail


@pytest.mark.parametrize("given", ["application/json", "application/json; charset=utf-8", "Application/JSON"])
def test_json_may_say_its_character_set(given: str) -> None:
    bodies.check(request(b"{}", given), bodies.JSON)


@pytest.mark.parametrize(
    ("media_type", "longest"), [(bodies.JSON, bodies.LONGEST_JSON), (bodies.FORM, bodies.LONGEST_UPLOAD)]
)
def test_length_is_judged_before_it_is_read(media_type: str, longest: int) -> None:
    bodies.check(request(b"x", media_type, CONTENT_LENGTH=str(longest)), media_type)
    with pytest.raises(Problem) as caught:
        bodies.check(request(b"x", media_type, CONTENT_LENGTH=str(longest + 1)), media_type)
    assert (caught.value.kind, f"{longest:,}" in caught.value.detail) == (Kind.TOO_LARGE, True)


def test_a_length_that_was_not_announced_is_judged_while_reading() -> None:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        assert refused(b'"0123456789"').kind is Kind.TOO_LARGE


@pytest.mark.parametrize("text", ["a\0", "\ud800", "x\udfff"])
def test_a_character_that_cannot_be_kept_is_named_by_its_place(text: str) -> None:
    with pytest.raises(Problem) as caught:
        bodies.check_text(text, "The query")
    assert caught.value.detail.startswith("The query holds a character")


@pytest.mark.parametrize("text", ["", "é", "\ufffd", "\t\n", "\U0010ffff"])
def test_other_characters_are_kept(text: str) -> None:
    bodies.check_text(text, "The query")
