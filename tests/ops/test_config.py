"""Settings come from the file, the environment and the command line; what is wrong is told with its remedy."""

from pathlib import Path

import pytest

from callpoint.ops.config import Address, Config, lost_settings
from callpoint.ops.config_docs import render
from callpoint.ops.config_source import all_settings, load
from callpoint.ops.errors import ConfigError
from callpoint.web.lis.settings import Upstream

ROOT = Path(__file__).resolve().parents[2]


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "callpoint.toml"
    file.write_text(text, "utf-8")
    return file


def test_without_any_configuration_everything_binds_loopback_on_the_documented_ports(tmp_path: Path) -> None:
    config = load(environment={}, data_dir=tmp_path)
    assert (config.web.host, config.web.port, config.web.streams_port) == ("127.0.0.1", 8911, 8912)
    assert config.sip.udp == config.sip.tcp == (Address("127.0.0.1", 5060),)
    assert config.sip.tls == (Address("127.0.0.1", 5061),)
    assert (config.lab.psap_port, config.lab.relay_port, config.lab.http_port) == (5070, 5072, 8913)
    assert config.sip.reroute_seconds == 2.0
    assert config.data_dir == tmp_path


def test_file_then_environment_then_command_line(tmp_path: Path) -> None:
    file = written(tmp_path, 'port_offset = 10\n[sip]\nreroute_seconds = 4\nhost_name = "file.example"\n')
    config = load(file, {"CALLPOINT_SIP_REROUTE_SECONDS": "3.5", "CALLPOINT_PORT_OFFSET": "20"}, port_offset=30)
    assert config.sip.reroute_seconds == 3.5
    assert config.sip.host_name == "file.example"
    assert config.port_offset == 30
    assert config.web.port == 8941


def test_offset_moves_every_port_but_audio_and_free_ones(tmp_path: Path) -> None:
    file = written(tmp_path, '[sip]\nudp = ["[::1]:6060", "127.0.0.1:0"]\n[web]\nport = 0\n')
    config = load(file, {}, port_offset=100)
    assert config.sip.udp == (Address("::1", 6160), Address("127.0.0.1", 0))
    assert config.web.port == 0
    assert config.web.streams_port == 9012
    assert config.lab.psap_port == 5170
    assert config.read_back.rtp_port_min == 30_000


def test_truth_is_written_as_toml_or_as_one_and_zero(tmp_path: Path) -> None:
    assert load(written(tmp_path, "secure_cookies = true\n"), {}).secure_cookies is True
    assert load(environment={"CALLPOINT_SECURE_COOKIES": "1"}).secure_cookies is True
    assert load(environment={"CALLPOINT_SECURE_COOKIES": "False"}).secure_cookies is False


def test_lists_in_the_environment_are_separated_by_commas() -> None:
    variables = {"CALLPOINT_SIP_FALLBACK_RELAY": "sip:a@x.example, sips:b@y.example", "CALLPOINT_SIP_TLS": ""}
    config = load(environment=variables)
    assert config.sip.fallback_relay == ("sip:a@x.example", "sips:b@y.example")
    assert config.sip.tls == ()


@pytest.mark.parametrize(
    ("text", "key", "said"),
    [
        ("[sip]\nreroute_second = 2\n", "sip.reroute_second", "Did you mean sip.reroute_seconds?"),
        ('[sip]\nreroute_seconds = "soon"\n', "sip.reroute_seconds", "'soon' does not do: it is no number."),
        ("[sip]\nreroute_seconds = 0\n", "sip.reroute_seconds", "above 0"),
        ("[sip]\nreroute_seconds = true\n", "sip.reroute_seconds", "must be a number"),
        ('[sip]\nudp = ["::1:5060"]\n', "sip.udp", "brackets"),
        ('[sip]\nudp = ["127.0.0.1"]\n', "sip.udp", "host:port"),
        ('[sip]\nudp = ["127.0.0.1:x"]\n', "sip.udp", "number from 0"),
        ("[sip]\nudp = 5060\n", "sip.udp", "list of texts"),
        ('[sip]\ntls_certificate = "absent.pem"\n', "sip.tls_key", "needs its key"),
        ('[sip]\ntls_ca = "absent.pem"\n', "sip.tls_ca", "no file absent.pem"),
        ('[sip]\nfallback_relay = ["+15551234"]\n', "sip.fallback_relay", "no SIP URI"),
        ("[sip]\nstranger_rate = -1\n", "sip.stranger_rate", "negative"),
        ("[sip]\noptions_seconds = -1\n", "sip.options_seconds", "negative"),
        ('[voice]\ngateway = "+15551234"\n', "voice.gateway", "no SIP URI"),
        ("[voice]\nmax_calls = 0\n", "voice.max_calls", "1 or more"),
        ("[voice]\nring_seconds = 0\n", "voice.ring_seconds", "above 0"),
        ("[web]\nthreads = 0\n", "web.threads", "1 or more"),
        ('[web]\nport = "many"\n', "web.port", "'many' does not do: it is no whole number."),
        ("[web]\nport = 70000\n", "web.port", "does not exist"),
        ("[web]\nhost = 3\n", "web.host", "text in quotes"),
        ('data = ""\n', "data", "empty"),
        ("secure_cookies = 1\n", "secure_cookies", "true or false"),
        ("port_offset = -1\n", "port_offset", "negative"),
        ("port_offset = 60000\n", "web.port", "does not exist"),
        ("[read_back]\nrtp_port_max = 30010\n", "read_back.rtp_port_max", "100 ports are needed"),
        ("[read_back]\nrtp_port_min = 40000\n", "read_back.rtp_port_min", "no range"),
        ('[lost]\nsource = "localhost"\n', "lost", "'localhost' is not a name"),
        ("[lost]\nexpires_hours = 0\n", "lost", "more than nothing"),
        ('[lost]\nupstream = ["https://lost.vt.example/lost"]\n', "lost.upstream", "COVERAGE SOURCE URL"),
        ("colour = 1\n", "colour", "docs/configuration.md"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(tmp_path: Path, text: str, key: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(written(tmp_path, text), {})
    assert caught.value.key == key
    assert said in str(caught.value)
    assert caught.value.remedy
    assert caught.value.exit_code == 2


def test_broken_toml_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not readable as TOML"):
        load(written(tmp_path, "[sip\n"), {})
    with pytest.raises(ConfigError, match="does not exist"):
        load(tmp_path / "other.toml", {})
    with pytest.raises(ConfigError, match="does not exist"):
        load(environment={"CALLPOINT_CONFIG": str(tmp_path / "other.toml")})


def test_an_unknown_variable_is_told_but_foreign_ones_are_not() -> None:
    with pytest.raises(ConfigError, match=r"CALLPOINT_SIP_UPD.*Did you mean CALLPOINT_SIP_UDP"):
        load(environment={"CALLPOINT_SIP_UPD": "127.0.0.1:5060"})
    load(environment={"CALLPOINT_TEST_DATA": "anywhere", "PATH": "/bin"})


def test_configured_certificate_is_used_and_the_self_signed_one_otherwise(tmp_path: Path) -> None:
    assert load(environment={}, data_dir=tmp_path).tls_files == (
        tmp_path / "tls" / "certificate.pem",
        tmp_path / "tls" / "key.pem",
    )
    for name in ("c.pem", "k.pem"):
        (tmp_path / name).write_text("")
    text = f'[sip]\ntls_certificate = "{tmp_path}/c.pem"\ntls_key = "{tmp_path}/k.pem"\n'
    assert load(written(tmp_path, text), {}).tls_files == (tmp_path / "c.pem", tmp_path / "k.pem")


def test_the_lost_server_is_told_what_it_must_know(tmp_path: Path) -> None:
    assert lost_settings(load(environment={})).source == "callpoint.invalid"
    assert lost_settings(load(environment={"CALLPOINT_SIP_HOST_NAME": "e911.example"})).source == "e911.example"
    assert lost_settings(load(environment={"CALLPOINT_SIP_HOST_NAME": "localhost"})).source == "callpoint.invalid"
    server = "US/VT lost.vt.example https://lost.vt.example/lost"
    text = f'[lost]\nsource = "lost.example.com"\nexpires_hours = 1\nupstream = ["{server}"]\n'
    told = lost_settings(load(written(tmp_path, text), {}))
    assert (told.source, told.expires_hours, told.upstream) == ("lost.example.com", 1.0, (Upstream.parse(server),))
    # The web process reads these as settings of ours, so each must be one.
    assert set(told.to_environment()) <= {setting.variable for setting in all_settings()}
    assert load(environment=told.to_environment()).lost.upstream == (server,)


def test_addresses_read_back_as_written() -> None:
    for text in ("127.0.0.1:5060", "[::1]:5061", "sip.example.com:0"):
        assert str(Address.parse(text)) == text


def test_urls_follow_the_ports() -> None:
    config = load(environment={}, port_offset=1)
    assert (config.web_url, config.streams_url) == ("http://127.0.0.1:8912", "http://127.0.0.1:8913")
    assert (config.lab_url, str(config.psap_sip)) == ("http://127.0.0.1:8914", "127.0.0.1:5071")
    assert str(config.relay_sip) == "127.0.0.1:5073"
    assert load(environment={"CALLPOINT_WEB_PUBLIC_URL": "https://e911.example"}).web_url == "https://e911.example"


def test_every_setting_is_explained_and_the_page_is_current() -> None:
    settings = all_settings()
    assert len({setting.variable for setting in settings}) == len(settings)
    assert all(len(setting.explanation) > 20 for setting in settings)
    assert (ROOT / "docs" / "configuration.md").read_text("utf-8") == render()


def test_defaults_in_the_class_are_those_loaded() -> None:
    assert load(environment={}) == Config()
