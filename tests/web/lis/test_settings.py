"""The settings of the LoST server on their way through the environment."""

import pytest

from callpoint.web.lis.settings import UNOWNED, LostSettings, Upstream

VERMONT = Upstream("US/VT", "lost.vt.example", "https://lost.vt.example/lost")
FULL = LostSettings(
    source="lost.example.com",
    expires_hours=2.5,
    default_uri="sip:911@relay.example",
    default_name="Relay center",
    service_number="112",
    upstream=(VERMONT, Upstream("*", "forest.example", "http://127.0.0.1:8080/")),
    upstream_seconds=1.5,
)


@pytest.mark.parametrize("settings", [LostSettings(), FULL])
def test_there_and_back(settings: LostSettings) -> None:
    assert LostSettings.from_environment(settings.to_environment()) == settings


def test_an_empty_environment_has_the_defaults() -> None:
    assert LostSettings.from_environment({}) == LostSettings()
    assert LostSettings.from_environment({"CALLPOINT_LOST_SOURCE": ""}).source == UNOWNED


def test_a_server_with_its_coverage() -> None:
    assert Upstream.parse(" US/VT  lost.vt.example   https://lost.vt.example/lost ") == VERMONT
    assert Upstream.parse("* a.b http://x/").coverage == "*"
    assert str(VERMONT) == "US/VT lost.vt.example https://lost.vt.example/lost"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://lost.vt.example/lost",
        "US/VT https://lost.vt.example/lost",
        "us lost.vt.example https://lost.vt.example/lost",
        "US/VT localhost https://lost.vt.example/lost",
        "US/VT lost.vt.example file:///etc/passwd",
        "US/VT lost.vt.example https://a b",
        "USA lost.vt.example https://lost.vt.example",
    ],
)
def test_a_server_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"it must be|not a name"):
        Upstream.parse(text)


@pytest.mark.parametrize(
    "changes",
    [
        {"SOURCE": "localhost"},
        {"EXPIRES_HOURS": "0"},
        {"EXPIRES_HOURS": "a day"},
        {"EXPIRES_HOURS": "nan"},
        {"UPSTREAM_SECONDS": "0"},
        {"UPSTREAM_SECONDS": "3600"},
        {"SERVICE_NUMBER": "nine"},
        {"UPSTREAM": "nonsense"},
    ],
)
def test_settings_that_do_not_do(changes: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        LostSettings.from_environment({f"CALLPOINT_LOST_{name}": value for name, value in changes.items()})
