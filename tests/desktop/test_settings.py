"""Where settings come from, and who decides."""

import json
import plistlib
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from callpoint.desktop.agent.host import HostError, base_url
from callpoint.desktop.agent.places import Places
from callpoint.desktop.agent.places import places as places_on
from callpoint.desktop.agent.settings import Settings, settings_from
from callpoint.desktop.agent.settings_sources import (
    SettingsFileError,
    baked_in,
    read_json,
    read_settings,
    save_for_machine,
    save_for_user,
)


def put(path: Path, **content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("callpoint.example.com", "https://callpoint.example.com"),
        (" https://callpoint.example.com/ ", "https://callpoint.example.com"),
        ("https://callpoint.example.com/onsite/", "https://callpoint.example.com"),
        ("http://127.0.0.1:8912", "http://127.0.0.1:8912"),
        ("HTTPS://Callpoint.Example.com:8443/safety/onsite", "https://callpoint.example.com:8443/safety"),
        ("[2001:db8::1]:8912", "https://[2001:db8::1]:8912"),
    ],
)
def test_a_server_as_people_write_it(written: str, read: str) -> None:
    assert base_url(written) == read


@pytest.mark.parametrize(
    "written", ["", "  ", "ftp://x", "https://", "https://a b", "x:port", "https://u:p@x", "http://[x"]
)
def test_what_is_no_server_is_said_to_be_none(written: str) -> None:
    with pytest.raises(HostError):
        base_url(written)


def test_an_administrator_stands_before_the_user_for_server_and_token(places: Places) -> None:
    put(places.machine, host="new.example.com", token="new", language="en", name="Desk")
    put(places.user, host="old.example.com", token="old", language="fr", name="Ann")
    found = read_settings(places, {}, {})
    assert (found.host, found.token) == ("https://new.example.com", "new")
    assert (found.language, found.name) == ("fr", "Ann"), "these are the user's own"


def test_the_command_line_and_the_environment_stand_before_all(places: Places) -> None:
    put(places.machine, host="machine.example.com", token="machine")
    environment = {"CALLPOINT_ONSITE_HOST": "environment.example.com", "CALLPOINT_ONSITE_TOKEN": "environment"}
    assert read_settings(places, {}, environment).token == "environment"
    found = read_settings(places, {"host": "line.example.com", "language": None}, environment)
    assert found.host == "https://line.example.com"


def test_managed_preferences_of_a_mac_are_read(places: Places, tmp_path: Path) -> None:
    managed = tmp_path / "org.callpoint.onsite.plist"
    managed.write_bytes(plistlib.dumps({"Host": "mac.example.com", "Token": "t"}, fmt=plistlib.FMT_BINARY))
    put(places.machine, token="machine")
    found = read_settings(replace(places, managed=(tmp_path / "none.plist", managed)), {}, {})
    assert (found.host, found.token) == ("https://mac.example.com", "t")
    managed.write_bytes(b"<plist>")
    with pytest.raises(SettingsFileError, match="plist cannot be read"):
        read_settings(replace(places, managed=(managed,)), {}, {})


def test_the_server_baked_in_stands_last(places: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert baked_in() == {}
    put(tmp_path / "onsite.json", host="https://baked.example.com")
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert read_settings(places, {}, {}).host == "https://baked.example.com"
    put(places.user, host="user.example.com")
    assert read_settings(places, {}, {}).host == "https://user.example.com"


def test_what_is_kept_for_the_user_is_the_users_alone(places: Places) -> None:
    save_for_user(places, host="https://x.example.com", token="secret")
    save_for_user(places, name="Zoé")
    assert read_settings(places, {}, {}) == Settings("https://x.example.com", "secret", name="Zoé")
    assert stat.S_IMODE(places.user.stat().st_mode) == 0o600


def test_a_file_that_cannot_be_read_is_named(places: Places) -> None:
    places.machine.write_text("{", "utf-8")
    with pytest.raises(SettingsFileError, match=r"machine\.json"):
        read_settings(places, {}, {})
    places.machine.write_text("[]", "utf-8")
    with pytest.raises(SettingsFileError, match="one JSON object"):
        read_settings(places, {}, {})


def test_a_byte_order_mark_in_front_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"token": "t"}', "utf-8-sig")
    assert read_json(tmp_path / "s.json") == {"token": "t"}


def test_languages_and_contrasts_nobody_knows_are_left_to_the_computer() -> None:
    assert settings_from([{"language": "fr-CA", "contrast": "high"}]) == Settings(language="fr", contrast="high")
    assert settings_from([{"language": "de", "contrast": "pink", "name": 3, "more": "x"}]) == Settings()


def test_the_token_shows_in_no_print_of_the_settings() -> None:
    assert "secret" not in repr(Settings("https://x", "secret"))


def test_each_system_has_its_own_places(tmp_path: Path) -> None:
    windows = places_on("win32", {"APPDATA": "C:/A", "LOCALAPPDATA": "C:/L", "PROGRAMDATA": "C:/P"}, tmp_path)
    assert windows.machine.as_posix() == "C:/P/Callpoint Onsite/settings.json"
    assert windows.user.as_posix() == "C:/A/Callpoint Onsite/settings.json"
    mac = places_on("darwin", {}, tmp_path)
    assert mac.managed[0].as_posix() == "/Library/Managed Preferences/org.callpoint.onsite.plist"
    linux = places_on("linux", {"XDG_CONFIG_HOME": str(tmp_path / "c")}, tmp_path)
    assert linux.machine == Path("/etc/callpoint-onsite.json")
    assert linux.user == tmp_path / "c" / "callpoint-onsite" / "settings.json"
    assert linux.state == tmp_path / ".local" / "state" / "callpoint-onsite" / "state.json"


def test_what_an_installer_keeps_is_for_every_user_to_read(places: Places) -> None:
    put(places.machine, host="https://old.example.com", token="old", language="fr")
    save_for_machine(places, {"host": None, "token": "new", "name": "not for all"})
    assert json.loads(places.machine.read_text("utf-8")) == {
        "host": "https://old.example.com",
        "token": "new",
        "language": "fr",
    }
    assert stat.S_IMODE(places.machine.stat().st_mode) == 0o644
    with pytest.raises(HostError):
        save_for_machine(places, {"host": "no host"})
