"""The e-mail that tells somebody of a role, in their language; a newcomer's lets its reader in.

It never holds a password. A newcomer's link is the one of a forgotten password: it is good once, for as long as
`PASSWORD_RESET_TIMEOUT` says, and until a password has been chosen.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.http import int_to_base36
from django.utils.translation import gettext, ngettext

from callpoint.directory.editing.accounts import language_for, note_account
from callpoint.directory.models import Account, Change, Organization, acting
from callpoint.directory.models.base import Signature, signature
from callpoint.directory.tenancy import everywhere

logger = logging.getLogger(__name__)
_NOTE = "invitation"
_SENT, _NOT_SENT = "sent", "not sent"


@dataclass(frozen=True)
class Invitation:
    """The latest e-mail of this kind to somebody: when, and whether the mail server took it."""

    at: datetime
    sent: bool


def invite(account: Account, organization: Organization | None, newcomer: bool) -> None:
    """Send the e-mail once the transaction is committed, at once without one. Call within `acting`."""
    transaction.on_commit(partial(_send, signature(), account, organization, newcomer))


def last_invitation(account: Account) -> Invitation | None:
    """What became of the latest e-mail to this account; None when there was none."""
    with everywhere():
        notes = Change.objects.filter(model="account", object_id=account.pk, after__has_key=_NOTE)
        latest = notes.order_by("-at", "-pk").first()
    if latest is None or latest.after is None:
        return None
    return Invitation(latest.at, latest.after[_NOTE] == _SENT)


def invitation_url(account: Account) -> str:
    """Where a newcomer chooses a password; good once."""
    parts = {"uidb36": int_to_base36(account.pk), "key": default_token_generator.make_token(account)}
    return _absolute(reverse("account_reset_password_from_key", kwargs=parts))


def _send(signed: Signature, account: Account, organization: Organization | None, newcomer: bool) -> None:
    with translation.override(language_for(account) or settings.LANGUAGE_CODE):
        subject, body = _subject(organization), _body(signed.who, account, organization, newcomer)
    outcome = _SENT
    try:
        send_mail(subject, body, None, [account.email])
    except OSError as error:  # SMTP errors are of this kind too
        logger.warning("no invitation to %s: %s", account.email, error)
        outcome = _NOT_SENT
    with acting(signed.who, signed.why, signed.origin):
        note_account(account, **{_NOTE: outcome})


def _subject(organization: Organization | None) -> str:
    if organization is None:
        return gettext("You are now a provider administrator of Callpoint")
    subject = gettext("You now have a role in %(organization)s on Callpoint") % {"organization": organization.name}
    return " ".join(subject.split())


def _body(who: str, account: Account, organization: Organization | None, newcomer: bool) -> str:
    name = organization.name if organization is not None else gettext("the whole installation")
    said = gettext(
        "Callpoint takes 911 calls to the right emergency center with the caller's location. "
        "%(who)s has given you a role in it, for %(organization)s."
    ) % {"who": who, "organization": name}
    if newcomer:
        days = settings.PASSWORD_RESET_TIMEOUT // 86400
        way = ngettext(
            "Choose a password here and you are in. The link works once, for %(days)s day:",
            "Choose a password here and you are in. The link works once, for %(days)s days:",
            days,
        ) % {"days": days}
        later = gettext("After that, ask for a new link here:")
        lines = [way, invitation_url(account), later, _absolute(reverse("account_reset_password"))]
    else:
        lines = [gettext("Sign in as usual:"), _absolute(reverse("account_login"))]
    closing = gettext("If you did not expect this, leave it alone: nothing happens without you.")
    return "\n\n".join([said, *lines, closing]) + "\n"


def _absolute(path: str) -> str:
    return str(settings.PUBLIC_URL).rstrip("/") + path
