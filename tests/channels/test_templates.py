"""Templates: variables and nothing else, and every way of being broken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callpoint.channels.templates import MAX_BODY, BrokenTemplateError, check_template, fill
from callpoint.channels.variables import NAMES, VARIABLES

VALUES = {name: f"<{name}>" for name in NAMES}


def test_variables_are_replaced() -> None:
    assert fill("{{ person }} at {{location}}: {x} } { $", VALUES) == "<person> at <location>: {x} } { $"


def test_a_value_is_never_read_as_a_template() -> None:
    values = {**VALUES, "person": "{{ callback_number }}{% x %}"}
    assert fill("{{ person }}", values) == "{{ callback_number }}{% x %}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hello {{ persom }}", "no variable called “persom”"),
        ("Hello {{ person", "“Hello {{ person” belongs to no variable"),
        ("Hello person }}", "belongs to no variable"),
        ("{{ {{ person }} }}", "belongs to no variable"),
        ("{{}}", "“” is no name"),
        ("{{ person.__class__ }}", "“person.__class__” is no name"),
        ("{{ person|upper }}", "is no name"),
        ("{{ 7*7 }}", "is no name"),
        ("{% if person %}x{% endif %}", "belongs to no variable"),
        ("{# note #}", "belongs to no variable"),
        ("{{ person\n }} {{ Person }}", "“Person” is no name"),
    ],
)
def test_what_is_broken_is_told_and_never_guessed_at(text: str, words: str) -> None:
    with pytest.raises(BrokenTemplateError) as caught:
        fill(text, VALUES)
    assert words in str(caught.value)
    assert any(words in problem for problem in check_template(text))


def test_every_problem_is_listed_once() -> None:
    problems = check_template("{{ a }} {{ b }} {{ a }}", "{{ c }}")
    assert problems == [f"There is no variable called “{name}”." for name in "cab"]


@pytest.mark.parametrize(
    ("body", "subject", "channel", "words"),
    [
        ("", "", "email", "is empty"),
        (" \n", "", "email", "is empty"),
        ("x" * (MAX_BODY + 1), "", "email", "at most 10000"),
        ("x" * 1001, "", "sms", "at most 1000"),
        ("x", "s" * 501, "email", "subject has 501"),
        ("x", "a\nb", "email", "more than one line"),
    ],
)
def test_limits(body: str, subject: str, channel: str, words: str) -> None:
    [problem] = check_template(body, subject, channel)
    assert words in problem


def test_a_good_one_has_no_problem() -> None:
    assert check_template("{{ person }}\n{{ location }}", "{{ title }}: {{ person }}") == []


@pytest.mark.parametrize("name", NAMES)
def test_every_variable_is_documented_in_a_sentence(name: str) -> None:
    assert VARIABLES[name].endswith(".")
    assert len(VARIABLES[name]) > 4
    assert check_template(f"{{{{ {name} }}}}") == []


@settings(deadline=None)
@given(st.text(alphabet="{}% #a\nperson|.", max_size=60))
def test_any_text_is_filled_or_refused(text: str) -> None:
    if [problem for problem in check_template(text) if problem != "The text is empty."]:
        with pytest.raises(BrokenTemplateError):
            fill(text, VALUES)
    else:
        filled = fill(text, VALUES)
        assert all(sign not in filled for sign in ("{{", "}}", "{%", "%}"))
