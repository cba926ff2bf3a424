"""What belongs to the whole installation, from what was typed."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from tests.directory.cast import Cast

from callpoint.directory.editing.provider import (
    remove_psap,
    remove_route,
    save_provider,
    save_psap,
    save_relay_center,
    save_route,
)
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import fingerprint
from callpoint.directory.models import Change, FixedRoute, Provider, Psap, Target, acting
from callpoint.directory.tenancy import everywhere


@pytest.fixture(autouse=True)
def provider(people: Cast) -> Iterator[None]:
    with everywhere(), acting("root@provider.example", "in the portal"):
        yield


def targets_of(psap: Psap | None) -> list[tuple[int, str, str, str]]:
    rows = Target.objects.filter(psap=psap).order_by("position")
    return [(row.position, row.name, row.uri, row.profile) for row in rows]


def test_settings() -> None:
    save_provider({"name": "Vermont 911", "unregistered_fee": "120", "currency": "USD", "second_factor_required": "no"})
    save_provider({"provider_id": "vt911.example"})
    kept = Provider.objects.get()
    assert (kept.name, kept.provider_id) == ("Vermont 911", "vt911.example")
    assert (kept.unregistered_fee, kept.second_factor_required) == (Decimal("120.00"), False)


def test_settings_before_there_are_any() -> None:
    Provider.objects.all().delete()
    save_provider({"name": "First"})
    assert Provider.objects.get().name == "First"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("provider_id", "x" * 121),
        ("unregistered_fee", ""),
        ("currency", ""),
        ("second_factor_required", "?"),
    ],
)
def test_wrong_settings(field: str, value: str) -> None:
    before = Provider.objects.get().values()
    with pytest.raises(Refused) as refused:
        save_provider({field: value, "name": "New"} | {field: value})
    assert list(refused.value.errors) == [field]
    assert Provider.objects.get().values() == before


def test_settings_somebody_else_changed_meanwhile() -> None:
    seen = fingerprint(Provider.objects.get())
    save_provider({"name": "First", "seen": seen})
    with pytest.raises(Refused):
        save_provider({"name": "Second", "seen": seen})
    assert Provider.objects.get().name == "First"


def test_the_relay_center_s_targets_in_order() -> None:
    save_relay_center(
        "sip:911@a.example carrier\n\n SIPS:911@b.example  \nsip:911@[2001:db8::1]:5070;transport=tcp i3\n"
    )
    assert targets_of(None) == [
        (0, "Relay center", "sip:911@a.example", "carrier"),
        (1, "Relay center", "sips:911@b.example", "i3"),
        (2, "Relay center", "sip:911@[2001:db8::1]:5070;transport=tcp", "i3"),
    ]
    save_relay_center("sip:911@[2001:db8::1]:5070;transport=tcp\nsip:911@a.example carrier")
    assert [row[2:] for row in targets_of(None)] == [
        ("sip:911@[2001:db8::1]:5070;transport=tcp", "i3"),
        ("sip:911@a.example", "carrier"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "needs a target"),
        ("911@a.example", "target 1: 911@a.example is no SIP URI"),
        ("sip:911@a.example\nhttps://b.example", "target 2: https://b.example is no SIP URI"),
        ("sip:", "no SIP URI"),
        ("tel:911", "no SIP URI"),
        ("sip:911@a.example:99999", "no SIP URI"),
        ("sip:911@" + "a" * 255, "no SIP URI"),
        ("sip:911@a.example fast", "i3 or carrier"),
        ("sip:911@a.example i3 twice", "i3 or carrier"),
        ("sip:911@a.example\nsip:911@a.example carrier", "twice"),
        ("\n".join(f"sip:911@{n}.example" for n in range(11)), "10 targets"),
    ],
)
def test_targets_that_are_none(text: str, said: str) -> None:
    before = targets_of(None)
    with pytest.raises(Refused) as refused:
        save_relay_center(text)
    assert said in refused.value.errors["targets"][0]
    assert targets_of(None) == before


def test_a_psap_with_its_targets() -> None:
    psap = save_psap({"name": "Barre dispatch", "targets": "sip:911@barre.example"})
    assert targets_of(psap) == [(0, "Barre dispatch", "sip:911@barre.example", "i3")]
    save_psap({"targets": "sip:911@one.example\nsip:911@two.example carrier"}, psap)
    assert [row[2] for row in targets_of(psap)] == ["sip:911@one.example", "sip:911@two.example"]
    save_psap({"targets": ""}, psap)
    assert targets_of(psap) == []


@pytest.mark.parametrize(
    ("name", "said"), [("", "is missing"), ("Montpelier dispatch", "already"), ("x" * 256, "too many")]
)
def test_a_psap_needs_a_name_of_its_own(name: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        save_psap({"name": name, "targets": "sip:911@barre.example"})
    assert said in refused.value.errors["name"][0]
    assert Target.objects.filter(uri="sip:911@barre.example").count() == 0


def test_its_name_never_changes(people: Cast) -> None:
    with pytest.raises(Refused) as refused:
        save_psap({"name": "Other", "targets": ""}, people.psap)
    assert "never changes" in refused.value.errors["name"][0]
    assert targets_of(people.psap)


def test_one_made_from_a_boundary_is_the_operator_s_when_it_is_saved() -> None:
    psap = Psap(name="Stowe PSAP", source="boundary", source_id="b1")
    psap.save()
    save_psap({"targets": "sip:911@stowe.example"}, psap)
    kept = Psap.objects.get(name="Stowe PSAP")
    assert (kept.source, kept.source_id) == ("", "")
    assert Change.objects.filter(model="psap", object_id=kept.pk).latest("pk").before["source"] == "boundary"


def test_a_psap_somebody_else_gave_another_target_meanwhile(people: Cast) -> None:
    seen = fingerprint(people.psap, *people.psap.targets.all())
    save_psap({"targets": "sip:911@first.example", "seen": seen}, people.psap)
    with pytest.raises(Refused) as refused:
        save_psap({"targets": "sip:911@second.example", "seen": seen}, Psap.objects.get(pk=people.psap.pk))
    assert "in the meantime" in refused.value.errors[""][0]
    assert targets_of(people.psap)[0][2] == "sip:911@first.example"


def test_one_that_is_led_to_stays_and_says_by_what(people: Cast) -> None:
    address = people.building.address
    address.psap, address.psap_source = people.psap, "administrator"
    address.save()
    with pytest.raises(Refused) as refused:
        remove_psap(people.psap)
    assert refused.value.errors[""] == ["A fixed route leads to it: US/VT.", "1 address is mapped to it."]
    assert targets_of(people.psap)
    address.psap = None
    address.save()
    remove_route(FixedRoute.objects.get())
    remove_psap(people.psap)
    assert not Psap.objects.filter(pk=people.psap.pk).exists()
    assert not Target.objects.filter(psap__isnull=False).exists()


def test_routes(people: Cast) -> None:
    made = save_route({"country": "us", "a1": "new york", "a3": "Albany", "psap": "Montpelier dispatch"})
    assert (made.country, made.a1, made.a3, made.psap_id) == ("US", "NY", "Albany", people.psap.pk)
    again = save_route({"country": "US", "a1": "NY", "a3": "Albany", "psap": "Montpelier dispatch"})
    assert again.pk == made.pk
    whole = save_route({"country": "CA", "psap": "Montpelier dispatch"})
    assert (whole.a1, whole.a3) == ("", "")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"country": "MX", "psap": "Montpelier dispatch"}, "country"),
        ({"country": "US", "a1": "ZZ", "psap": "Montpelier dispatch"}, "a1"),
        ({"country": "US", "a3": "Albany", "psap": "Montpelier dispatch"}, "a1"),
        ({"country": "US", "a1": "VT", "a3": "x" * 129, "psap": "Montpelier dispatch"}, "a3"),
        ({"country": "US", "psap": "Nobody"}, "psap"),
        ({"country": "US"}, "psap"),
    ],
)
def test_wrong_routes(fields: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        save_route(fields)
    assert list(refused.value.errors) == [field]
    assert FixedRoute.objects.count() == 1


def test_a_route_does_not_become_another_one_s_area(people: Cast) -> None:
    other = save_route({"country": "US", "a1": "NH", "psap": "Montpelier dispatch"})
    with pytest.raises(Refused) as refused:
        save_route({"country": "US", "a1": "VT", "psap": "Montpelier dispatch"}, other)
    assert "already" in refused.value.errors[""][0]


def test_where_a_psap_calls_back_from() -> None:
    with everywhere(), acting("test", "routing"):
        psap = save_psap({"name": "P", "targets": "sip:911@p.example", "callback_networks": "192.0.2.7\n2001:db8::/32"})
        assert psap.callback_networks == ["192.0.2.7", "2001:db8::/32"]
        save_psap({"targets": "sip:911@p.example"}, psap)
        assert psap.callback_networks == ["192.0.2.7", "2001:db8::/32"], "what is not given stays"
        with pytest.raises(Refused) as refused:
            save_psap({"targets": "sip:911@p.example", "callback_networks": "the county"}, psap)
    assert list(refused.value.errors) == ["callback_networks"]
