"""Recipients: what each channel accepts as an address, secrets, and what keeps one from being removed."""

import ipaddress
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st
from tests.directory.cast import Cast
from tests.notices import rows

from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.typed import fingerprint
from callpoint.directory.models import Change, Organization, acting
from callpoint.directory.rules import RuleError
from callpoint.directory.sealing import unseal
from callpoint.directory.tenancy import inside
from callpoint.notices.editing.recipient_address import address
from callpoint.notices.editing.recipients import groups_of, remove_recipient, renew_secret, save_recipient
from callpoint.notices.models import Recipient
from callpoint.notices.publishing import plan_of

NOBODY = Organization()  # what is no screen is the same for everybody


@pytest.fixture(autouse=True)
def in_acme(people: Cast) -> Iterator[None]:
    with inside(people.acme), acting("admin@acme.example", "in the portal"):
        yield


def refused(people: Cast, row: Recipient | None = None, **fields: str) -> dict[str, list[str]]:
    before = Recipient.objects.count()
    with pytest.raises(Refused) as told:
        save_recipient(people.acme, fields, row)
    assert Recipient.objects.count() == before
    return told.value.errors


@pytest.mark.parametrize(
    ("channel", "typed", "kept"),
    [
        ("email", " desk@acme.example ", "desk@acme.example"),
        ("sms", "(802) 555-0142", "+18025550142"),
        ("voice", "613 555 0199", "+16135550199"),
        ("webhook", "https://hooks.example.com:8443/a?b=c", "https://hooks.example.com:8443/a?b=c"),
        ("teams", "https://acme.webhook.office.com/x", "https://acme.webhook.office.com/x"),
        ("slack", "https://hooks.slack.com/services/T/B/X", "https://hooks.slack.com/services/T/B/X"),
        ("webhook", "https://8.8.8.8/x", "https://8.8.8.8/x"),
        ("webhook", "https://[2606:4700::1111]/x", "https://[2606:4700::1111]/x"),
        ("onsite", "*", "*"),
    ],
)
def test_what_each_channel_takes(people: Cast, channel: str, typed: str, kept: str) -> None:
    made, secret = save_recipient(people.acme, {"channel": channel, "name": "One", "address": typed})
    assert (made.address, made.enabled, made.language) == (kept, True, "")
    assert bool(secret) is (channel == "webhook")


@pytest.mark.parametrize(
    ("channel", "typed", "told"),
    [
        ("email", "", "is missing"),
        ("email", "desk", "no e-mail address"),
        ("sms", "", "is missing"),
        ("sms", "+44 20 7946 0000", "US or Canada"),
        ("voice", "911", "no number"),
        ("webhook", "", "is missing"),
        ("webhook", "http://hooks.example.com/", "https://"),
        ("webhook", "ftp://hooks.example.com/", "https://"),
        ("webhook", "https://", "is no URL"),
        ("webhook", "https://user:word@hooks.example.com/", "password"),
        ("webhook", "https://hooks.example.com/#part", "#"),
        ("webhook", "https://hooks.example.com/a b", "blank"),
        ("webhook", "https://hooks.example.com\\@127.0.0.1/", "sign"),
        ("webhook", "https://hooks.example.com:99999/", "is no URL"),
        ("webhook", "https://h" + "o" * 500, "too long"),
        ("webhook", "https://127.0.0.1/", "private"),
        ("webhook", "https://10.1.2.3:8443/", "private"),
        ("webhook", "https://169.254.169.254/latest/meta-data", "private"),
        ("webhook", "https://192.168.1.1/", "private"),
        ("webhook", "https://0.0.0.0/", "private"),
        ("webhook", "https://224.0.0.1/", "private"),
        ("webhook", "https://[::1]/", "private"),
        ("webhook", "https://[fd00::1]/", "private"),
        ("webhook", "https://[::ffff:10.0.0.1]/", "private"),
        ("webhook", "https://[64:ff9b::a00:1]/", "private"),
        ("webhook", "https://[2002:7f00:1::]/", "private"),
        ("webhook", "https://2130706433/", "number in disguise"),
        ("webhook", "https://0x7f.1/", "number in disguise"),
        ("webhook", "https://127.1/", "number in disguise"),
        ("webhook", "https://localhost/", "this installation"),
        ("webhook", "https://a.localhost./", "this installation"),
        ("webhook", "https://a..example/", "is no URL"),
        ("slack", "https://10.0.0.1/", "private"),
        ("teams", "https://[::1]/", "private"),
        ("onsite", "", "is missing"),
        ("onsite", "desk", "no key"),
        ("onsite", "999", "no such screen"),
    ],
)
def test_what_no_channel_takes(people: Cast, channel: str, typed: str, told: str) -> None:
    errors = refused(people, channel=channel, name="One", address=typed)
    assert list(errors) == ["address"]
    assert told in errors["address"][0]


@given(st.ip_addresses())
def test_a_private_address_is_refused_however_it_is_written(
    found: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    host = f"[{found}]" if found.version == 6 else str(found)
    if not found.is_global:
        with pytest.raises(RuleError):
            address(NOBODY, "webhook", f"https://{host}/")
    if isinstance(found, ipaddress.IPv4Address) and not found.is_global:
        for disguise in (str(int(found)), hex(int(found)), f"[::ffff:{found}]"):
            with pytest.raises(RuleError):
                address(NOBODY, "webhook", f"https://{disguise}/")


@given(st.text(max_size=60))
def test_whatever_is_typed_is_kept_or_told(text: str) -> None:
    for channel in ("email", "sms", "voice", "webhook", "teams", "slack"):
        told, kept = "", ""
        try:
            kept = address(NOBODY, channel, text)
        except RuleError as error:
            told = str(error)
        assert told or address(NOBODY, channel, kept) == kept


def test_a_screen_of_another_organization_is_none(people: Cast) -> None:
    with inside([people.acme, people.other]):
        ours, theirs = rows.screen(people.acme), rows.screen(people.other, "Theirs")
        gone = rows.screen(people.acme, "Gone", revoked_at="2026-01-01T00:00:00Z")
    made, _ = save_recipient(people.acme, {"channel": "onsite", "name": "Gate", "address": str(ours.pk)})
    assert made.address == str(ours.pk)
    for one in (theirs, gone):
        assert refused(people, channel="onsite", name="X", address=str(one.pk)).keys() == {"address"}
    with inside([people.acme, people.other]):
        told = refused(people, channel="onsite", name="X", address=str(theirs.pk))
    assert told.keys() == {"address"}, "whatever the scope"


def test_everything_wrong_is_told_at_once(people: Cast) -> None:
    errors = refused(people, channel="email", name="", address="x", language="de", enabled="maybe")
    assert errors.keys() == {"name", "address", "language", "enabled"}
    assert refused(people, channel="pigeon", name="A", address="b").keys() == {"channel"}


def test_a_name_is_free_for_another_channel(people: Cast) -> None:
    save_recipient(people.acme, {"channel": "email", "name": "Kim", "address": "kim@acme.example"})
    save_recipient(people.acme, {"channel": "sms", "name": "Kim", "address": "802 555 0142"})
    errors = refused(people, channel="sms", name="Kim", address="802 555 0143")
    assert errors == {"name": ["There is a recipient “Kim” of this channel already; choose another name."]}


def test_a_change_of_some_fields_leaves_the_others(people: Cast) -> None:
    row = rows.recipient(people.acme, language="fr-ca")
    save_recipient(people.acme, {"enabled": "no"}, row)
    row.refresh_from_db()
    assert (row.enabled, row.language, row.name) == (False, "fr-ca", "Guard")
    save_recipient(people.acme, {"language": "", "address": "new@acme.example", "channel": "email"}, row)
    assert (row.language, row.address) == ("", "new@acme.example")
    assert refused(people, row, channel="sms").keys() == {"channel"}


def test_nobody_writes_over_somebody_else_s_change(people: Cast) -> None:
    row = rows.recipient(people.acme)
    seen = fingerprint(row)
    save_recipient(people.acme, {"name": "First", "seen": seen}, Recipient.objects.get(pk=row.pk))
    assert "Somebody else changed it" in refused(people, row, name="Second", seen=seen)[""][0]
    Recipient.objects.get(pk=row.pk).delete()
    assert "removed in the meantime" in refused(people, row, name="Second")[""][0]


def test_a_secret_is_shown_once_and_kept_sealed(people: Cast) -> None:
    row, secret = save_recipient(people.acme, {"channel": "webhook", "name": "Hook", "address": "https://h.example/"})
    assert len(secret) >= 43
    assert secret not in row.secret
    assert unseal(row.secret) == secret == plan_of(people.acme).recipients[0].secret
    again = renew_secret(row)
    assert again != secret
    assert unseal(Recipient.objects.get(pk=row.pk).secret) == again
    told = [str(one.after) for one in Change.objects.filter(model="recipient")]
    assert not any(word in text for text in told for word in (secret, again, row.secret))
    with pytest.raises(Refused):
        renew_secret(rows.recipient(people.acme))


def test_saving_a_webhook_again_leaves_its_secret(people: Cast) -> None:
    fields = {"channel": "webhook", "name": "Hook", "address": "https://h.example/"}
    row, secret = save_recipient(people.acme, fields)
    _, second = save_recipient(people.acme, {"address": "https://other.example/"}, row)
    assert (second, unseal(row.secret)) == ("", secret)


def test_a_member_of_a_group_stays_and_the_group_is_named(people: Cast) -> None:
    row = rows.recipient(people.acme)
    desk = rows.group(people.acme, "Desk", row)
    assert groups_of(row) == [desk]
    with pytest.raises(Refused, match="“Desk”"):
        remove_recipient(row)
    desk.delete()
    remove_recipient(row)
    assert not Recipient.objects.exists()


def test_a_long_list_of_groups_is_cut(people: Cast) -> None:
    row = rows.recipient(people.acme)
    for number in range(8):
        rows.group(people.acme, f"G{number}", row)
    with pytest.raises(Refused, match="and 3 more"):
        remove_recipient(row)


def test_the_rows_of_two_organizations_do_not_meet(people: Cast) -> None:
    rows.recipient(people.acme, "Guard")
    with inside(people.other):
        made, _ = save_recipient(people.other, {"channel": "email", "name": "Guard", "address": "g@other.example"})
    assert made.organization_id == people.other.pk


def test_an_operator_opens_a_private_network_to_webhooks(people: Cast) -> None:
    url = {"channel": "webhook", "name": "Inside", "address": "http://10.20.0.7/alerts"}
    opened = {"WEBHOOK_NETWORKS": (ip_network("10.20.0.0/16"),), "WEBHOOK_PLAIN": True}
    with inside(people.acme), acting("test", "webhooks"):
        with pytest.raises(Refused):
            save_recipient(people.acme, url)
        with override_settings(**opened):
            assert save_recipient(people.acme, url)[0].address == "http://10.20.0.7/alerts"
            with pytest.raises(Refused):
                save_recipient(people.acme, {**url, "name": "Elsewhere", "address": "http://10.99.0.7/alerts"})
