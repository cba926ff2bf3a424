"""Forms judged by `directory.editing`: what they hold, what was sent, and how errors are told to everybody."""

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from callpoint.web.portal.typed_form import Field, TypedForm, typed

FIELDS = (
    Field("name", "Name", "Its help.", longest=20, required=True),
    Field("kind", "Kind", kind="select", choices=(("a", "The first"), ("b", "The second"))),
    Field("list", "List", kind="area", rows=4),
    Field("sure", "Sure", kind="check"),
    Field("secret", "Secret", kind="password"),
)


def drawn(form: TypedForm) -> str:
    return render_to_string("portal/parts/typed_form.html", {"form": form})


@pytest.mark.parametrize(("sent", "sure"), [("", "no"), ("sure=yes", "yes"), ("sure=", "yes")])
def test_a_check_box_that_is_not_sent_is_no(sent: str, sure: str) -> None:
    assert typed(FIELDS, QueryDict(sent)) == {"name": "", "kind": "", "list": "", "sure": sure, "secret": ""}


def test_nothing_but_its_fields_is_taken() -> None:
    values = typed(FIELDS, QueryDict("name=x&organization_id=7&seen=abc"))
    assert "organization_id" not in values
    assert values["seen"] == "abc"


def test_what_is_held_is_drawn_as_text() -> None:
    values = {"name": '"><script>', "kind": "b", "list": "\nfirst\nsecond", "sure": "yes", "secret": "hidden"}
    page = drawn(TypedForm(FIELDS, values))
    assert "&quot;&gt;&lt;script&gt;" in page
    assert '<option value="b" selected>' in page
    assert ">\n\nfirst\nsecond</textarea>" in page  # a browser drops the first line break and no more
    assert "checked" in page
    assert "hidden" not in page.replace('type="hidden"', "")
    assert 'aria-describedby="name-help"' in page
    assert 'maxlength="20"' in page
    assert "is-invalid" not in page


def test_each_field_has_its_label() -> None:
    page = drawn(TypedForm(FIELDS, {}))
    assert all(f'for="{one.name}"' in page and f'id="{one.name}"' in page for one in FIELDS)


def test_errors_stand_beside_their_field_and_on_top() -> None:
    form = TypedForm(FIELDS, {}, {"name": ["is missing", "is short"], "": ["The whole is wrong."], "other": ["x"]})
    page = drawn(form)
    assert 'aria-describedby="name-help name-error" aria-invalid="true"' in page
    assert "is missing<br>is short" in page
    assert form.summary == [
        ("name", "Name", "is missing"),
        ("name", "Name", "is short"),
        ("", "", "The whole is wrong."),
        ("", "", "x"),
    ]
    top = render_to_string("portal/parts/form_errors.html", {"form": form})
    assert '<a class="alert-link" href="#name">Name</a>: is missing' in top
    assert "<li>The whole is wrong.</li>" in top


def test_without_errors_there_is_nothing_on_top() -> None:
    assert "alert" not in render_to_string("portal/parts/form_errors.html", {"form": TypedForm(FIELDS, {})})


def test_the_fingerprint_comes_along() -> None:
    assert 'name="seen" value="abc"' in drawn(TypedForm(FIELDS, {"seen": "abc"}))
    assert 'name="seen"' not in drawn(TypedForm(FIELDS, {}))
