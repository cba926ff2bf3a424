"""The provider an operator's configuration means."""

from pathlib import Path

import pytest

from callpoint.addresses.remote import KINDS, Census, LostValidation, Nominatim, provider_of
from callpoint.ops import config
from callpoint.ops.config_source import load
from callpoint.ops.errors import ConfigError


def test_nobody_is_asked_unless_the_operator_says_so() -> None:
    settings = load(environment={}).addresses
    assert settings.kind == ""
    assert provider_of(settings.kind, settings.url, settings.email, settings.user_agent) is None


def test_every_kind_of_the_configuration_is_a_provider() -> None:
    assert config.REMOTE_KINDS == KINDS
    for kind in KINDS:
        assert provider_of(kind, "https://one.example/x") is not None


def test_a_provider_gets_what_is_configured(tmp_path: Path) -> None:
    file = tmp_path / "callpoint.toml"
    file.write_text('[addresses]\nkind = "nominatim"\nemail = "ops@example.com"\nuser_agent = "Us"\nseconds = 2\n')
    settings = load(file, {}).addresses
    provider = provider_of(settings.kind, settings.url, settings.email, settings.user_agent)
    assert provider == Nominatim("https://nominatim.openstreetmap.org", "ops@example.com", "Us")
    assert settings.seconds == 2.0
    assert provider_of("census") == Census("https://geocoding.geo.census.gov/geocoder")
    assert provider_of("lost", "https://lost.example/") == LostValidation("https://lost.example/")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('kind = "google"', "addresses.kind"),
        ('kind = "lost"', "addresses.url"),
        ('kind = "lost"\nurl = "lost.example"', "addresses.url"),
        ('url = "ftp://x.example/"', "addresses.url"),
        ('kind = "nominatim"', "addresses.email"),
        ("seconds = 0", "addresses.seconds"),
        ("seconds = 61", "addresses.seconds"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(tmp_path: Path, text: str, key: str) -> None:
    file = tmp_path / "callpoint.toml"
    file.write_text(f"[addresses]\n{text}\n")
    with pytest.raises(ConfigError) as caught:
        load(file, {})
    assert caught.value.key == key
    assert caught.value.remedy


@pytest.mark.parametrize(("kind", "said"), [("lost", "needs its URL"), ("yahoo", "none of lost, nominatim, census")])
def test_what_no_configuration_lets_through_is_refused_here_as_well(kind: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        provider_of(kind)
