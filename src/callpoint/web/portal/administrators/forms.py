"""Forms of an organization's identity provider: they draw it; the directory judges what is typed."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from callpoint.directory.editing.identity_providers import NAME_CHARS
from callpoint.directory.editing.members import ROLE_NAMES, roles_in
from callpoint.directory.editing.refused import Refused
from callpoint.directory.editing.saml_metadata import LONGEST
from callpoint.directory.editing.typed import SEEN, fingerprint
from callpoint.directory.models import Organization, SignOnProvider

_AREA = {"rows": 6, "spellcheck": "false", "autocomplete": "off"}


class IdentityProviderForm(forms.Form):
    """What both protocols have in common."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name"), max_length=NAME_CHARS, help_text=_("Stands on the button that people press to sign in.")
    )
    email_domains = forms.CharField(
        label=_("E-mail domains"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        help_text=_("Only addresses of these domains are let in. Your provider approves them."),
    )
    new_role = forms.ChoiceField(
        label=_("Newcomers"), required=False, help_text=_("What somebody becomes who signs on and has no account yet.")
    )
    enabled = forms.BooleanField(label=_("People can sign in by it"), required=False)
    required = forms.BooleanField(
        label=_("They can sign in by nothing else"),
        required=False,
        help_text=_("Passwords, codes and passkeys of these domains let nobody in then, but provider administrators."),
    )

    def __init__(
        self, organization: Organization, provider: SignOnProvider | None, approving: bool, data: Any = None
    ) -> None:
        super().__init__(data, initial=self.known(provider) if provider is not None else {"enabled": True})
        roles = [(role, ROLE_NAMES[role]) for role in roles_in(organization)]
        cast(forms.ChoiceField, self.fields["new_role"]).choices = [("", _("are not let in")), *roles]
        if not approving:
            self.fields["email_domains"].disabled = True

    def known(self, provider: SignOnProvider) -> dict[str, Any]:
        """What is shown of a provider that is there; never its secret."""
        shown = {name: getattr(provider, name) for name in ("name", "new_role", "enabled", "required")}
        domains = {"email_domains": "\n".join(provider.email_domains), SEEN: fingerprint(provider)}
        settings = {name: value for name, value in provider.settings.items() if name in self.base_fields}
        return settings | {"client_secret": ""} | shown | domains

    def typed(self) -> dict[str, str]:
        """The fields as the directory takes them: texts, boxes as yes or no; not what this person cannot change."""
        given = {name: str(self.data.get(name, "")) for name, field in self.fields.items() if not field.disabled}
        for name, field in self.fields.items():
            if isinstance(field, forms.BooleanField):
                given[name] = "yes" if name in self.data else "no"
        if not given[SEEN]:
            del given[SEEN]
        return given

    def tell(self, refused: Refused) -> None:
        """Show what the directory refused beside the fields."""
        for field, sentences in refused.errors.items():
            for sentence in sentences:
                self.add_error(field if field in self.fields else None, sentence)


class OidcForm(IdentityProviderForm):
    """OpenID Connect."""

    issuer = forms.CharField(
        label=_("Issuer"),
        widget=forms.URLInput,
        help_text=_("As the identity provider shows it, beginning with https."),
    )
    client_id = forms.CharField(label=_("Client ID"), widget=forms.TextInput(attrs={"autocomplete": "off"}))
    client_secret = forms.CharField(
        label=_("Client secret"),
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("Never shown again. Leave it empty to keep the one there is."),
    )
    email_trusted = forms.BooleanField(
        label=_("Believe its e-mail addresses although it does not call them verified"),
        required=False,
        help_text=_("Microsoft Entra ID never does. Only where people cannot change their own address there."),
    )
    field_order = ("name", "issuer", "client_id", "client_secret", "email_trusted", "email_domains")


class SamlForm(IdentityProviderForm):
    """SAML: its metadata, or what is in it."""

    metadata = forms.CharField(
        label=_("Metadata"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs=_AREA),
        help_text=_("Paste the identity provider's metadata file, or fill in the three fields below."),
    )
    entity_id = forms.CharField(label=_("Entity ID"), required=False)
    sso_url = forms.CharField(label=_("Sign-on address (redirect binding)"), required=False, widget=forms.URLInput)
    certificate = forms.CharField(label=_("Signing certificate"), required=False, widget=forms.Textarea(attrs=_AREA))
    field_order = ("name", "metadata", "entity_id", "sso_url", "certificate", "email_domains")
