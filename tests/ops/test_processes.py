"""What each process is told of the one configuration."""

from pathlib import Path

import pytest

from callpoint.lab.main import PHONE_TONE, PSAP_TONE, RELAY_TONE, stations
from callpoint.node.config import Listen
from callpoint.ops.config import Config
from callpoint.ops.config_source import all_settings, load
from callpoint.ops.django_start import environment_for
from callpoint.ops.processes.lab import lab_config
from callpoint.ops.processes.media import media_config, published_plans
from callpoint.ops.processes.node import node_config
from callpoint.sip.hop import Hop
from callpoint.snapshot.store import Snapshot


def configured(tmp_path: Path, **variables: str) -> Config:
    return load(environment={f"CALLPOINT_{name}": value for name, value in variables.items()}, data_dir=tmp_path)


def test_the_node_gets_every_address_it_is_to_listen_on(tmp_path: Path) -> None:
    config = configured(tmp_path, SIP_UDP="127.0.0.1:5060,[::1]:5060", SIP_TCP="0.0.0.0:5062", SIP_TLS="127.0.0.1:5061")
    assert node_config(config).listen == (
        Listen("udp", "127.0.0.1", 5060),
        Listen("udp", "::1", 5060),
        Listen("tcp", "0.0.0.0", 5062),
        Listen("tls", "127.0.0.1", 5061),
    )


def test_the_node_gets_its_settings_as_they_were_written(tmp_path: Path) -> None:
    node = node_config(
        configured(
            tmp_path,
            SIP_HOST_NAME="e911.example",
            SIP_ADVERTISED_HOST="192.0.2.1",
            SIP_REROUTE_SECONDS="3.5",
            SIP_FALLBACK_RELAY="sip:911@relay.example",
            SIP_STRANGER_RATE="7",
            READ_BACK_MAX_CALLS="9",
            READ_BACK_RTP_PORT_MIN="20000",
            READ_BACK_RTP_PORT_MAX="20099",
            SIP_OPTIONS_SECONDS="30",
            VOICE_GATEWAY="sip:gateway.example",
            VOICE_USERNAME="callpoint",
            VOICE_PASSWORD="secret",
            VOICE_CALLER="+18025550100",
            VOICE_MAX_CALLS="3",
            VOICE_RING_SECONDS="20",
        )
    )
    assert (node.data_dir, node.host_name, node.advertised_host) == (tmp_path, "e911.example", "192.0.2.1")
    assert (node.reroute_seconds, node.stranger_rate) == (3.5, 7.0)
    assert node.fallback_relay == ("sip:911@relay.example",)
    assert (node.max_read_back_calls, node.rtp_ports) == (9, (20_000, 20_099))
    assert (node.options_seconds, node.max_call_outs, node.ring_seconds) == (30.0, 3, 20.0)
    assert (node.voice_gateway, node.voice_username, node.voice_password, node.voice_caller) == (
        "sip:gateway.example",
        "callpoint",
        "secret",
        "+18025550100",
    )
    assert node.gateways == ("sip:gateway.example",)
    assert "secret" not in repr(node)


def test_the_node_has_a_certificate_only_where_it_speaks_tls(tmp_path: Path) -> None:
    with_tls = node_config(configured(tmp_path))
    assert with_tls.tls_certificate == tmp_path / "tls" / "certificate.pem"
    assert with_tls.tls_key == tmp_path / "tls" / "key.pem"
    without = node_config(configured(tmp_path, SIP_TLS=""))
    assert (without.tls_certificate, without.tls_key) == (None, None)


@pytest.mark.parametrize(
    ("variables", "hop"),
    [
        ({}, Hop("udp", "127.0.0.1", 5060)),
        ({"SIP_UDP": "", "SIP_TCP": "127.0.0.1:5099"}, Hop("tcp", "127.0.0.1", 5099)),
        ({"SIP_UDP": "", "SIP_TCP": ""}, None),
    ],
)
def test_the_lab_calls_back_through_the_node(tmp_path: Path, variables: dict[str, str], hop: Hop | None) -> None:
    lab = lab_config(configured(tmp_path, **variables))
    assert lab.node == hop
    assert {name: station.node for name, station in stations(lab).items()} == {
        "psap": hop,
        "relay": hop,
        "phone": None,
    }


def test_the_labs_stations_are_told_apart_by_ear(tmp_path: Path) -> None:
    found = stations(lab_config(configured(tmp_path)))
    assert [found[name].tone for name in ("psap", "relay", "phone")] == [PSAP_TONE, RELAY_TONE, PHONE_TONE]
    assert len({PSAP_TONE, RELAY_TONE, PHONE_TONE}) == 3
    assert len({station.greeting for station in found.values()}) == 3


def test_django_is_told_the_host_names_and_whether_cookies_are_for_https(tmp_path: Path) -> None:
    plain = environment_for(configured(tmp_path))
    assert plain["CALLPOINT_HOSTS"] == "localhost,127.0.0.1,[::1]"
    assert plain["CALLPOINT_SECURE_COOKIES"] == "0"
    told = environment_for(configured(tmp_path, HOSTS="e911.example", SECURE_COOKIES="1"))
    assert (told["CALLPOINT_HOSTS"], told["CALLPOINT_SECURE_COOKIES"]) == ("e911.example", "1")
    # Children read these again as settings of ours, so each must be one.
    ours = {name for name in told if name.startswith("CALLPOINT_")}
    assert ours <= {setting.variable for setting in all_settings()}


def test_media_gets_its_settings_as_they_were_written(tmp_path: Path) -> None:
    written = {"HOST": "192.0.2.9", "RTP_PORT_MIN": "20100", "RTP_PORT_MAX": "20199", "MAX_CALLS": "7"}
    media = media_config(configured(tmp_path, **{f"MONITORING_{name}": value for name, value in written.items()}))
    assert (media.data_dir, media.host, media.ports, media.max_calls) == (tmp_path, "192.0.2.9", (20_100, 20_199), 7)


@pytest.mark.parametrize(
    ("variables", "host"),
    [
        ({}, "127.0.0.1"),
        ({"SIP_UDP": "192.0.2.5:5060"}, "192.0.2.5"),
        ({"SIP_UDP": "0.0.0.0:5060", "SIP_TCP": "[::]:5060", "SIP_TLS": ""}, ""),
        ({"SIP_UDP": "0.0.0.0:5060", "SIP_ADVERTISED_HOST": "sip.example"}, "sip.example"),
        ({"SIP_ADVERTISED_HOST": "192.0.2.1", "MONITORING_HOST": "192.0.2.9"}, "192.0.2.9"),
    ],
)
def test_media_is_sent_audio_where_it_is_configured_or_where_sip_goes(
    tmp_path: Path, variables: dict[str, str], host: str
) -> None:
    assert media_config(configured(tmp_path, **variables)).host == host


def test_without_a_snapshot_nobody_knows_how_long_recordings_are_kept(tmp_path: Path) -> None:
    snapshot = Snapshot(tmp_path / "snapshot.db", alarm=lambda *_: None)
    with pytest.raises(LookupError, match="not there"):
        published_plans(snapshot)
