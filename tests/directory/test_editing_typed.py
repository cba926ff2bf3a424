"""Typed text into values, and the lock against changes nobody saw."""

from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.directory.cast import Cast

from callpoint.directory.editing import typed
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Psap, Target, acting
from callpoint.directory.rules import RuleError
from callpoint.directory.tenancy import everywhere

RULES: list[Callable[[str], Any]] = [
    typed.yes_or_no,
    typed.amount,
    typed.currency,
    typed.time_zone,
    typed.language,
    typed.at_most(20),
    lambda text: typed.whole_number(text, 1, 99),
    lambda text: typed.one_of(text, ("a", "b")),
]


@given(text=st.text(), rule=st.sampled_from(RULES))
def test_any_text_is_taken_or_refused_by_its_rule(text: str, rule: Callable[[str], Any]) -> None:
    with suppress(RuleError):
        assert rule(text) is not None


@pytest.mark.parametrize(
    ("rule", "text", "value"),
    [
        (typed.yes_or_no, " YES ", True),
        (typed.yes_or_no, "on", True),
        (typed.yes_or_no, "true", True),
        (typed.yes_or_no, "", False),
        (typed.yes_or_no, "no", False),
        (typed.amount, "0", Decimal("0.00")),
        (typed.amount, " 12,5 ", Decimal("12.50")),
        (typed.amount, "999999.99", Decimal("999999.99")),
        (typed.currency, " cad", "CAD"),
        (typed.time_zone, "America/Toronto", "America/Toronto"),
        (typed.language, "fr-ca", "fr-ca"),
        (typed.several, " a, b\r\n\nb,a ,c", ["a", "b", "c"]),
        (typed.several, "", []),
        (typed.at_most(3), " abc ", "abc"),
    ],
)
def test_what_is_taken(rule: Callable[[str], Any], text: str, value: Any) -> None:
    assert rule(text) == value


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (typed.yes_or_no, "maybe"),
        (typed.amount, ""),
        (typed.amount, "1000000"),
        (typed.amount, "0.001"),
        (typed.amount, "Infinity"),
        (typed.amount, "1.000,50"),
        (typed.currency, "EUR"),
        (typed.time_zone, "america/toronto"),
        (typed.time_zone, "../../etc/passwd"),
        (typed.language, "fr"),
        (typed.at_most(3), "abcd"),
        (typed.at_most(3), "   "),
        (typed.at_most(3), "a\nb"),
    ],
)
def test_what_is_not(rule: Callable[[str], Any], text: str) -> None:
    with pytest.raises(RuleError):
        rule(text)


@given(number=st.integers(-5, 200))
def test_whole_numbers_lie_in_their_range(number: int) -> None:
    try:
        assert typed.whole_number(str(number), 1, 99) == number
        assert 1 <= number <= 99
    except RuleError:
        assert not 1 <= number <= 99


def test_a_fingerprint_follows_every_value_and_what_stands_beside(people: Cast) -> None:
    with everywhere(), acting("test", "changing"):
        before = typed.fingerprint(people.psap, *people.psap.targets.all())
        assert typed.fingerprint(Psap.objects.get(pk=people.psap.pk), *people.psap.targets.all()) == before
        target = Target.objects.get(psap=people.psap)
        target.profile = "carrier"
        target.save()
        assert typed.fingerprint(people.psap, *people.psap.targets.all()) != before
        assert typed.fingerprint(people.psap) == typed.fingerprint(Psap.objects.get(pk=people.psap.pk))
        assert typed.fingerprint(people.acme) != typed.fingerprint(people.other)


def test_nobody_is_asked_who_brings_no_fingerprint(people: Cast) -> None:
    with everywhere(), transaction.atomic():
        typed.refuse_if_changed(people.acme, {})
        typed.refuse_if_changed(people.acme, {"seen": typed.fingerprint(people.acme)})
        with pytest.raises(Refused):
            typed.refuse_if_changed(people.acme, {"seen": ""})


def test_one_that_is_gone_is_told_so(people: Cast) -> None:
    with everywhere(), transaction.atomic(), pytest.raises(Refused) as refused:
        typed.refuse_if_changed(Psap(pk=99999, name="x"), {})
    assert refused.value.errors[""] == ["It was removed in the meantime."]
