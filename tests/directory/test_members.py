"""Who serves an organization: appointing, changing, dismissing, and the last administrator."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.db import connection, transaction
from django.test import override_settings
from django.utils.http import base36_to_int
from tests.directory.cast import Cast

from callpoint.directory.editing import members
from callpoint.directory.editing.accounts import language_for, note_account, served_by
from callpoint.directory.editing.invitation import invite, last_invitation
from callpoint.directory.editing.refused import Refused
from callpoint.directory.models import Account, Change, Membership, Organization, acting
from callpoint.directory.tenancy import everywhere, inside

Role = Membership.Role


@pytest.fixture(autouse=True)
def signed() -> Iterator[None]:
    with acting("admin@acme.example", "in the test", "192.0.2.7"):
        yield


@pytest.fixture
def commits(django_capture_on_commit_callbacks: object) -> object:
    """What waits for the commit happens at the end of the block."""
    return django_capture_on_commit_callbacks


def only(account: Account, organization: Organization | None) -> Membership:
    return next(one for one in members.memberships_in(organization) if one.account == account)


def notes(organization: Organization | None) -> list[dict[str, object]]:
    with everywhere():
        found = Change.objects.filter(organization=organization, model="account").order_by("number")
        return [dict(one.after or {}) for one in found]


def appoint(commits: object, *args: object) -> Membership:
    with commits(execute=True):  # type: ignore[operator]
        return members.appoint(*args)  # type: ignore[arg-type]


def test_a_newcomer_gets_an_account_and_a_link_but_no_password(people: Cast, commits: object) -> None:
    membership = appoint(commits, people.acme, " New@Acme.example", Role.AUDITOR, "Nora New")
    account = membership.account
    assert (account.email, account.name, account.must_change_password) == ("new@acme.example", "Nora New", True)
    assert membership.role == Role.AUDITOR
    [sent] = mail.outbox
    assert sent.to == ["new@acme.example"]
    assert "Acme" in sent.subject
    assert "admin@acme.example has given you a role" in sent.body
    link = re.search(r"http://127\.0\.0\.1:8911/account/password/reset/key/(\w+)-(\S+)/\n", sent.body)
    assert link
    assert base36_to_int(link[1]) == account.pk
    assert default_token_generator.check_token(account, link[2])
    account.set_password("another-long-password")
    account.save()
    assert not default_token_generator.check_token(account, link[2])


def test_the_history_tells_of_the_account_the_role_and_the_e_mail(people: Cast, commits: object) -> None:
    membership = appoint(commits, people.acme, "new@acme.example", Role.AUDITOR)
    assert [{key: one[key] for key in one if key != "email"} for one in notes(people.acme)] == [
        {"created": "by appointment"},
        {"invitation": "sent"},
    ]
    with everywhere():
        created = Change.objects.get(organization=people.acme, model="membership", object_id=membership.pk)
    assert (created.who, created.origin, created.action) == ("admin@acme.example", "192.0.2.7", "created")


@pytest.mark.parametrize(
    ("language", "words"), [("fr-ca", "/account/password/reset/key/"), ("en", "Choose a password here")]
)
def test_the_invitation_is_in_the_organization_s_language(
    people: Cast, commits: object, language: str, words: str
) -> None:
    people.acme.language = language
    people.acme.save()
    membership = appoint(commits, people.acme, "new@acme.example", Role.AUDITOR)
    assert language_for(membership.account) == language
    assert words in mail.outbox[0].body
    membership.account.language = "en"
    assert language_for(membership.account) == "en"


def test_somebody_known_keeps_name_and_password(people: Cast, commits: object) -> None:
    before = people.outsider.password
    membership = appoint(commits, people.acme, "ADMIN@other.example", Role.SECURITY, "Renamed")
    membership.account.refresh_from_db()
    assert membership.account == people.outsider
    assert (membership.account.name, membership.account.password) == ("", before)
    assert not membership.account.must_change_password
    assert "/account/login/" in mail.outbox[0].body
    assert "reset" not in mail.outbox[0].body
    assert served_by(people.outsider) == [people.acme, people.other]


def test_a_provider_administrator_serves_no_single_organization(people: Cast, commits: object) -> None:
    membership = appoint(commits, None, "second@provider.example", Role.PROVIDER_ADMINISTRATOR)
    assert membership.organization is None
    assert served_by(membership.account) == [None]
    assert language_for(membership.account) == ""
    assert notes(None)[-1] == {"email": "second@provider.example", "invitation": "sent"}
    assert [one.account for one in members.memberships_in(None)] == [
        people.provider_administrator,
        membership.account,
    ]


@pytest.mark.parametrize(
    ("provider", "email", "role", "name", "field"),
    [
        (False, "nobody", Role.AUDITOR, "", "email"),
        (False, "  ", Role.AUDITOR, "", "email"),
        (False, "new@acme.example", "king", "", "role"),
        (False, "new@acme.example", Role.PROVIDER_ADMINISTRATOR, "", "role"),
        (True, "new@acme.example", Role.AUDITOR, "", "role"),
        (False, "new@acme.example", Role.AUDITOR, "n" * 121, "name"),
        (False, "auditor@acme.example", Role.AUDITOR, "", "email"),
        (False, "AUDITOR@acme.example", Role.SECURITY, "", "email"),
    ],
)
def test_what_is_refused_changes_nothing(
    people: Cast, commits: object, provider: bool, email: str, role: str, name: str, field: str
) -> None:
    before = Account.objects.count(), len(members.memberships_in(people.acme))
    with pytest.raises(Refused) as refused:
        appoint(commits, None if provider else people.acme, email, role, name)
    assert list(refused.value.errors) == [field]
    assert (Account.objects.count(), len(members.memberships_in(people.acme))) == before
    assert not mail.outbox


def test_a_shut_account_is_not_appointed(people: Cast, commits: object) -> None:
    Account.objects.filter(pk=people.outsider.pk).update(is_active=False)
    with pytest.raises(Refused, match="shut"):
        appoint(commits, people.acme, "admin@other.example", Role.AUDITOR)


def test_everything_wrong_is_told_at_once(people: Cast) -> None:
    with pytest.raises(Refused) as refused:
        members.appoint(people.acme, "nobody", "king", "n" * 121)
    assert list(refused.value.errors) == ["email", "name", "role"]


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1)
def test_a_mail_server_that_is_away_keeps_nobody_out(people: Cast, commits: object) -> None:
    account = appoint(commits, people.acme, "new@acme.example", Role.AUDITOR).account
    failed = last_invitation(account)
    assert failed is not None
    assert not failed.sent
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"), commits(execute=True):  # type: ignore[operator]
        invite(account, people.acme, newcomer=True)
    again = last_invitation(account)
    assert again is not None
    assert again.sent
    assert again.at - failed.at > timedelta(0)
    assert last_invitation(people.auditor) is None


def test_nothing_is_sent_when_the_change_is_not_kept(people: Cast, commits: object) -> None:
    def appoint_and_fail() -> None:
        with transaction.atomic():
            members.appoint(people.acme, "new@acme.example", Role.AUDITOR)
            raise ZeroDivisionError

    with commits(execute=True) as waiting, pytest.raises(ZeroDivisionError):  # type: ignore[operator]
        appoint_and_fail()
    assert not waiting
    assert not mail.outbox
    assert not Account.objects.filter(email="new@acme.example").exists()


def test_the_last_administrator_stays(people: Cast, commits: object) -> None:
    last = only(people.organization_administrator, people.acme)
    assert members.is_last_administrator(last)
    for attempt in (lambda: members.dismiss(last), lambda: members.change_role(last, Role.AUDITOR)):
        with pytest.raises(Refused, match="last administrator"):
            attempt()
    promoted = members.change_role(only(people.auditor, people.acme), Role.ORGANIZATION_ADMINISTRATOR)
    assert promoted.role == Role.ORGANIZATION_ADMINISTRATOR
    members.dismiss(last)
    assert [one.account for one in members.memberships_in(people.acme)] == [people.auditor, people.security]
    assert Account.objects.filter(pk=people.organization_administrator.pk).exists()


def test_the_last_provider_administrator_stays(people: Cast, commits: object) -> None:
    last = only(people.provider_administrator, None)
    with pytest.raises(Refused, match="last provider administrator"):
        members.dismiss(last)
    second = appoint(commits, None, "admin@acme.example", Role.PROVIDER_ADMINISTRATOR)
    members.dismiss(last)
    assert list(members.memberships_in(None)) == [second]


def test_another_organization_s_administrators_do_not_count(people: Cast) -> None:
    assert members.is_last_administrator(only(people.outsider, people.other))


def test_somebody_shut_out_or_never_come_is_nobody_in_charge(people: Cast, commits: object) -> None:
    last = only(people.organization_administrator, people.acme)
    invited = appoint(commits, people.acme, "typo@acme.example", Role.ORGANIZATION_ADMINISTRATOR)
    with pytest.raises(Refused):
        members.dismiss(last)
    members.dismiss(invited)
    shut = appoint(commits, people.acme, "admin@other.example", Role.ORGANIZATION_ADMINISTRATOR)
    Account.objects.filter(pk=shut.account_id).update(is_active=False)
    with pytest.raises(Refused):
        members.dismiss(last)


def test_a_slip_in_the_first_administrator_s_address_can_be_mended(people: Cast, commits: object) -> None:
    with everywhere():
        new = Organization(slug="new", name="New")
        new.save()
    slip = appoint(commits, new, "tpyo@new.example", Role.ORGANIZATION_ADMINISTRATOR)
    with pytest.raises(Refused):
        members.dismiss(slip)
    right = appoint(commits, new, "typo@new.example", Role.ORGANIZATION_ADMINISTRATOR)
    members.dismiss(slip)
    assert list(members.memberships_in(new)) == [right]


def test_other_roles_come_and_go(people: Cast) -> None:
    guard = only(people.security, people.acme)
    assert not members.is_last_administrator(guard)
    assert members.change_role(guard, Role.AUDITOR).role == Role.AUDITOR
    with pytest.raises(Refused):
        members.change_role(guard, Role.PROVIDER_ADMINISTRATOR)
    members.dismiss(guard)
    with pytest.raises(Refused, match="just taken"):
        members.dismiss(guard)
    with pytest.raises(Refused, match="just taken"):
        members.change_role(guard, Role.SECURITY)


def test_a_change_of_role_is_kept_with_before_and_after(people: Cast) -> None:
    guard = only(people.security, people.acme)
    members.change_role(guard, Role.AUDITOR)
    members.change_role(guard, Role.AUDITOR)
    with everywhere():
        changes = Change.objects.filter(model="membership", object_id=guard.pk, action="changed")
        assert [(one.before, one.after) for one in changes] == [({"role": "security"}, {"role": "auditor"})]


def test_an_account_s_doings_are_told_to_the_one_it_serves(people: Cast, commits: object) -> None:
    expected = {"email": "admin@other.example", "signed_in": "password"}
    note_account(people.outsider, signed_in="password")
    assert notes(people.other)[-1] == expected
    assert expected not in notes(None)


def test_who_serves_several_is_not_watched_by_any_of_them(people: Cast, commits: object) -> None:
    """Appointing somebody must not show when and from where they sign in for somebody else."""
    appoint(commits, people.acme, "admin@other.example", Role.AUDITOR)
    note_account(people.outsider, signed_in="passkey")
    expected = {"email": "admin@other.example", "signed_in": "passkey"}
    assert notes(None)[-1] == expected
    assert expected not in notes(people.acme)
    assert expected not in notes(people.other)


def test_within_an_organization_s_scope(people: Cast, commits: object) -> None:
    with inside(people.acme):
        membership = appoint(commits, people.acme, "admin@other.example", Role.AUDITOR)
        members.dismiss(membership)
        with pytest.raises(Refused):
            members.dismiss(only(people.organization_administrator, people.acme))


@pytest.mark.parametrize("provider", [False, True])
def test_two_who_dismiss_each_other_at_once(real: Cast, provider: bool) -> None:
    organization = None if provider else real.acme
    administers = members.roles_in(organization)[0]
    if provider:
        members.appoint(None, "admin@acme.example", administers)
    else:
        members.change_role(only(real.auditor, real.acme), administers)
    both = [one for one in members.memberships_in(organization) if one.role == administers]
    assert len(both) == 2
    start = Barrier(2)

    def dismiss(membership: Membership) -> bool:
        try:
            with acting(membership.account.email, "in the test"):
                start.wait(10)
                members.dismiss(membership)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(dismiss, both))
    assert sorted(outcomes) == [False, True]
    left = [one for one in members.memberships_in(organization) if one.role == administers]
    assert len(left) == 1


def test_roles_have_words(people: Cast) -> None:
    choices = dict(members.role_choices(people.acme))
    assert list(choices) == [Role.ORGANIZATION_ADMINISTRATOR, Role.SECURITY, Role.AUDITOR]
    assert str(members.roles_explained(people.acme)[2]) == "Auditor: sees everything, changes nothing."
    assert [str(line) for line in members.roles_explained(None)] == [
        "Provider administrator: looks after the whole installation and every organization."
    ]
    assert set(members.ROLE_NAMES) == set(Role)
