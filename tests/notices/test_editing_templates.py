"""Templates: words that can be used, an organization's own and the provider's."""

from collections.abc import Iterator

import pytest
from tests.directory.cast import Cast
from tests.notices import rows

from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import fingerprint
from callpoint.directory.models import acting
from callpoint.directory.tenancy import everywhere, inside
from callpoint.notices.editing.templates import problems, remove_template, save_template, subscriptions_of
from callpoint.notices.models import Template

GOOD = {"name": "Short", "type": "emergency", "channel": "email", "language": "en", "subject": "911: {{ person }}"}


@pytest.fixture(autouse=True)
def in_acme(people: Cast) -> Iterator[None]:
    with inside(people.acme), acting("admin@acme.example", "in the portal"):
        yield


def errors_of(people: Cast, row: Template | None = None, /, **fields: str) -> dict[str, list[str]]:
    before = list(Template.objects.order_by("pk").values())
    with pytest.raises(Refused) as told:
        save_template(people.acme, fields, row)
    assert list(Template.objects.order_by("pk").values()) == before
    return told.value.errors


def test_an_organization_s_own_words(people: Cast) -> None:
    made = save_template(people.acme, GOOD | {"body": " {{ location }}\nCall {{ callback_number }}. "})
    assert (made.subject, made.body) == ("911: {{ person }}", "{{ location }}\nCall {{ callback_number }}.")
    assert problems(made) == []
    save_template(people.acme, {"channel": "sms"}, made)
    assert made.subject == "", "a text message has none"


def test_the_provider_s_are_everybody_s(people: Cast) -> None:
    with everywhere():
        made = save_template(None, GOOD | {"body": "x"})
        assert made.organization_id is None
        with pytest.raises(Refused, match="already"):
            save_template(None, GOOD | {"body": "y"})
    assert save_template(people.acme, GOOD | {"body": "z"}).organization_id == people.acme.pk


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", ""),
        ("body", "{{ nonsense }}"),
        ("body", "{{ person"),
        ("body", "{% if person %}"),
        ("body", "{{ person.name }}"),
        ("body", "x" * 10_001),
        ("subject", "{{ nonsense }}"),
        ("subject", "two\nlines"),
        ("subject", "x" * 501),
        ("type", "fire"),
        ("channel", "pigeon"),
        ("language", "de"),
        ("name", ""),
    ],
)
def test_a_broken_template_is_not_saved_and_says_where(people: Cast, field: str, value: str) -> None:
    errors = errors_of(people, None, **(GOOD | {"body": "fine", field: value}))
    assert errors.keys() == {field}
    assert all(errors[field])


def test_a_text_message_is_short(people: Cast) -> None:
    assert errors_of(people, None, **(GOOD | {"channel": "sms", "body": "x" * 1001})).keys() == {"body"}
    made = save_template(people.acme, GOOD | {"body": "x" * 1001})
    assert errors_of(people, made, channel="sms").keys() == {"body"}


def test_a_letter_to_people_is_an_e_mail(people: Cast) -> None:
    assert errors_of(people, None, **(GOOD | {"type": "welcome", "channel": "sms", "body": "x"})).keys() == {"channel"}
    assert save_template(people.acme, GOOD | {"type": "welcome", "body": "x"}).type == "welcome"


def test_one_that_broke_later_is_told(people: Cast) -> None:
    assert problems(rows.template(people.acme, body="{{ gone_variable }}"))
    assert problems(rows.template(people.acme, "B", trouble="could not be used")) == ["could not be used"]


def test_saving_it_right_ends_its_trouble(people: Cast) -> None:
    row = rows.template(people.acme, trouble="could not be used")
    save_template(people.acme, {"body": "{{ person }}!"}, row)
    assert (row.trouble, problems(row)) == ("", [])


def test_one_in_use_keeps_its_type_and_stays(people: Cast) -> None:
    row = rows.template(people.acme)
    desk = rows.group(people.acme, "Desk", rows.recipient(people.acme))
    one = rows.subscription(people.acme, "All", desk, templates=[row.pk])
    assert subscriptions_of(row) == [one]
    assert errors_of(people, row, type="test_call").keys() == {"type"}
    with pytest.raises(Refused, match="“All”"):
        remove_template(row)
    one.delete()
    remove_template(row)
    assert not Template.objects.exists()


def test_the_provider_is_told_which_organizations_use_its_template(people: Cast) -> None:
    with everywhere():
        row = rows.template(None)
        desk = rows.group(people.other, "Desk", rows.recipient(people.other))
        rows.subscription(people.other, "All", desk, templates=[row.pk])
        with pytest.raises(Refused, match="“Other: All”"):
            remove_template(row)


def test_nobody_writes_over_somebody_else_s_change(people: Cast) -> None:
    row = rows.template(people.acme)
    seen = fingerprint(row)
    save_template(people.acme, {"name": "First", "seen": seen}, Template.objects.get(pk=row.pk))
    assert "Somebody else changed it" in errors_of(people, row, name="Second", seen=seen)[""][0]
