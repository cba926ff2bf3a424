"""Forms of the sign-in pages, where allauth's own are not enough."""

from typing import Any, Final, cast

from allauth.account.forms import LoginForm, RequestLoginCodeForm, SetPasswordForm
from allauth.mfa import app_settings as factor_settings
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from callpoint.directory.editing.members import NAME_CHARS
from callpoint.directory.models import Account, SignOnProvider
from callpoint.directory.sign_on import only_way_for

_STEPS_IN_USE: Final = 3  # a code counts in its own time step, the one before and the one after


class PasswordForm(LoginForm):  # type: ignore[misc]  # allauth has no types
    """E-mail address and password, unless the organization wants its people to come in by itself."""

    sign_on: SignOnProvider | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        self.fields["login"].widget.attrs |= {"autocomplete": "username", "placeholder": ""}
        self.fields["password"].widget.attrs["placeholder"] = ""

    def clean(self) -> dict[str, Any]:
        self.sign_on = only_way_for(self.cleaned_data.get("login", ""))
        if self.sign_on is not None:
            raise ValidationError(_by_organization(self.sign_on))
        return cast(dict[str, Any], super().clean())


class CodeRequestForm(RequestLoginCodeForm):  # type: ignore[misc]  # allauth has no types
    """An e-mail address to send a code to."""

    def clean_email(self) -> str:
        provider = only_way_for(str(self.cleaned_data["email"]))
        if provider is not None:
            raise ValidationError(_by_organization(provider))
        return str(super().clean_email())


class OnceOnly:
    """A code out of an authenticator is good once, for as long as it counts at all (RFC 6238 §5.2)."""

    user: Account

    def clean_code(self) -> str:
        code = str(super().clean_code())  # type: ignore[misc]  # of the form this is mixed into
        seconds = factor_settings.TOTP_PERIOD * _STEPS_IN_USE
        bare = "".join(filter(str.isalnum, code)).lower()  # however it was spaced
        if not cache.add(f"code-used:{self.user.pk}:{bare}", 1, timeout=seconds):
            raise ValidationError(gettext("This code has been used; wait for the next one."))
        return code


class FactorForm(OnceOnly, AuthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second factor at signing in."""


class FactorAgainForm(OnceOnly, ReauthenticateForm):  # type: ignore[misc]  # allauth has no types
    """The second factor before something dangerous."""


class OwnPasswordForm(SetPasswordForm):  # type: ignore[misc]  # allauth has no types
    """A password in place of one that somebody else chose: it must be another one."""

    user: Account

    def clean_password1(self) -> str:
        password = str(self.cleaned_data["password1"])
        if self.user.has_usable_password() and self.user.check_password(password):
            raise ValidationError(gettext("This is the password you were given; choose your own."))
        return password


class ProfileForm(forms.Form):
    """What somebody sets for themselves."""

    name = forms.CharField(label=_("Name"), required=False, max_length=NAME_CHARS)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        choices = [("", _("As my organization has it")), *settings.LANGUAGES]
        cast(forms.ChoiceField, self.fields["language"]).choices = choices


class SignOnForm(forms.Form):
    """Whose organization to sign in with."""

    email = forms.EmailField(label=_("Your e-mail address at work"), max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].widget.attrs["autocomplete"] = "username"


def _by_organization(provider: SignOnProvider) -> str:
    sentence = gettext("%(organization)s lets you in by %(name)s only; use the button for it.")
    return sentence % {"organization": provider.organization.name, "name": provider.name}
