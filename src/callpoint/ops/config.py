"""Every setting of Callpoint, typed and explained in one place.

Settings come from `callpoint.toml`, then from `CALLPOINT_*` in the environment, then from the command line;
the later one wins. `docs/configuration.md` is made from the explanations here, so a setting cannot go undocumented.
"""

# ruff: noqa: RUF009 - setting() is dataclasses.field() with the explanation, and returns a fresh field each time
import ipaddress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from callpoint.i3.source_name import is_source
from callpoint.ops.errors import ConfigError
from callpoint.ops.mail_server import mail_server
from callpoint.ops.sms_provider import sms_provider
from callpoint.web.lis.settings import UNOWNED, LostSettings, Upstream

MAX_PORT = 65_535
# Those of `addresses.remote`, written again: its parts are too heavy for everything that reads a setting.
REMOTE_KINDS = ("lost", "nominatim", "census")
# Somebody is waiting for the page.
MAX_REMOTE_SECONDS = 60.0
DEFAULT_DATA_DIR = Path("callpoint-data")


def setting(default: Any, explanation: str) -> Any:
    """A field of a section, with the sentence the documentation shows for it."""
    return field(default=default, metadata={"explanation": explanation})


@dataclass(frozen=True)
class Address:
    """A host and a port as an operator writes them: `127.0.0.1:5060`, `[::1]:5060`, `sip.example.com:5061`."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Reads `host:port`; an IPv6 host stands in brackets. Raises ValueError."""
        host, separator, port = text.strip().rpartition(":")
        if not separator or not host:
            raise ValueError("it must be host:port")
        if host.startswith("[") and host.endswith("]"):
            host = host[1:-1]
        elif ":" in host:
            raise ValueError("an IPv6 address must stand in brackets, as in [::1]:5060")
        if not port.isascii() or not port.isdigit() or int(port) > MAX_PORT:
            raise ValueError(f"the port must be a number from 0 to {MAX_PORT}")
        return cls(host, int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def moved(self, offset: int) -> "Address":
        """The same host with the port moved; port 0 (any free one) stays 0."""
        return replace(self, port=self.port + offset) if self.port else self


Addresses = tuple[Address, ...]


@dataclass(frozen=True)
class Web:
    """Pages, REST, SCIM, HELD and LoST, and the streams beside them."""

    host: str = setting("127.0.0.1", "Address the web server listens on. Put a TLS proxy in front for other hosts.")
    port: int = setting(8911, "Port of the pages and of every HTTP interface.")
    public_url: str = setting("", "URL people reach the pages by, when a proxy stands in front; empty: host and port.")
    streams_host: str = setting(
        "127.0.0.1",
        "Address the dispatcher listens on. Put a TLS proxy in front for other hosts, one that limits the time of "
        "headers and how many connections one address may hold.",
    )
    streams_port: int = setting(8912, "Port of the dispatcher, which streams live calls and alarms.")
    streams_public_url: str = setting(
        "", "URL screens reach the dispatcher by, when a proxy stands in front; empty: host and port."
    )
    threads: int = setting(4, "Threads that answer web requests.")
    proxies: tuple[str, ...] = setting(
        (),
        "Networks of proxies in front of the web server, e.g. `10.0.0.0/8`; only theirs X-Forwarded-For is believed.",
    )
    map_tiles: str = setting(
        "",
        "Map tiles for the pages, e.g. `https://tiles.example.net/{z}/{x}/{y}.png`; empty: outlines from this server.",
    )
    map_credit: str = setting("", "Who made the tiles, as their licence wants it said on the map.")


@dataclass(frozen=True)
class Sip:
    """Where the node listens and how long it waits for a target."""

    udp: Addresses = setting((Address("127.0.0.1", 5060),), "Addresses for SIP over UDP; IPv6 as `[::1]:5060`.")
    tcp: Addresses = setting((Address("127.0.0.1", 5060),), "Addresses for SIP over TCP.")
    tls: Addresses = setting((Address("127.0.0.1", 5061),), "Addresses for SIP over TLS 1.2 and newer.")
    advertised_host: str = setting(
        "", "Host name or address others reach this node by (Via, Contact); empty: the one listened on."
    )
    host_name: str = setting(
        "callpoint.invalid", "Domain in the emergency call and incident identifiers; a name you own, in production."
    )
    tls_certificate: Path | None = setting(
        None, "Certificate chain, PEM; empty: a self-signed one is made in the data directory, for trials only."
    )
    tls_key: Path | None = setting(None, "Private key of the certificate, PEM.")
    tls_ca: Path | None = setting(
        None, "Certificates that peers' certificates must chain to, PEM; empty: the system's."
    )
    reroute_seconds: float = setting(2.0, "Seconds without a provisional response before the next target is dialled.")
    fallback_relay: tuple[str, ...] = setting(
        (), "Relay center URIs dialled last while the directory names none, e.g. `sip:911@relay.example.net`."
    )
    stranger_rate: float = setting(
        20.0, "Requests a second answered for senders that are no trunk; known trunks are never limited."
    )
    options_seconds: float = setting(
        60.0, "Seconds between two OPTIONS to each target, and to each trunk that takes calls back; 0 asks nobody."
    )


@dataclass(frozen=True)
class ReadBack:
    """933, which the node host answers itself."""

    max_calls: int = setting(50, "933 calls answered at the same time; more are told to try again.")
    rtp_port_min: int = setting(30_000, "First UDP port for the audio of 933 calls.")
    rtp_port_max: int = setting(30_999, "Last UDP port for the audio of 933 calls.")


@dataclass(frozen=True)
class RemoteAddresses:
    """A service elsewhere to ask about addresses, beside the loaded data sets; off, and never asked during a call."""

    kind: str = setting("", "`lost` (a LoST server that validates), `nominatim` or `census` (US only); empty: off.")
    url: str = setting("", "Its URL. Empty: the public server of Nominatim or the Census; a LoST server needs one.")
    seconds: float = setting(5.0, "Seconds in all until its answer must be there; later ones do not count.")
    email: str = setting("", "Address the operator of a Nominatim server can reach you by; the public one demands it.")
    user_agent: str = setting("Callpoint", "How requests name themselves (User-Agent); best with a page about you.")


@dataclass(frozen=True)
class Mail:
    """How e-mail leaves: invitations, sign-in codes, welcome messages."""

    url: str = setting(
        "",
        "`smtp://user:password@host:587` (STARTTLS), `smtps://…:465` (TLS) or `smtp+plain://…:25`; or a provider, as "
        "`anymail+postmark://TOKEN`, `anymail+mailgun://KEY@domain`; empty: files in `mail/` of the data directory.",
    )
    sender: str = setting("Callpoint <callpoint@localhost>", "Address e-mail comes from.")


@dataclass(frozen=True)
class Sms:
    """How text messages leave."""

    url: str = setting(
        "",
        "`smpp://system_id:password@host:2775` (SMPP 3.4; `smpps://` with TLS), or `twilio://account:token@host` for "
        "HTTPS as Twilio has it (whose own is `api.twilio.com`); empty: no text messages. After `smpp://…` may "
        "follow `?system_type=…`, `long=payload` (long texts whole instead of in parts), `window=10`.",
    )
    sender: str = setting("", "Number or short code text messages come from.")


@dataclass(frozen=True)
class Webhooks:
    """Other people's servers that alerts are posted to: webhooks, Teams, Slack."""

    allowed_networks: tuple[str, ...] = setting(
        (),
        "Private or special networks they may lie in, e.g. `10.20.0.0/16`; elsewhere only public addresses are asked.",
    )
    plain_http: bool = setting(False, "Whether `http://` will do besides `https://`; alerts then travel in the clear.")


@dataclass(frozen=True)
class Voice:
    """How the node calls people to tell them of alerts, and lets guards dial in."""

    gateway: str = setting(
        "",
        "SIP URI that call-outs go to, its user replaced by the number, e.g. `sip:gateway.example.net`; empty: none.",
    )
    username: str = setting("", "Digest user name the gateway knows us by, when it asks.")
    password: str = setting("", "Digest password that goes with it.")
    caller: str = setting("", "Number call-outs come from, as the gateway wants it.")
    max_calls: int = setting(20, "Call-outs under way at the same time; more wait their turn.")
    ring_seconds: float = setting(45.0, "Seconds a phone rings before it is given up.")


@dataclass(frozen=True)
class Monitoring:
    """The media process: listening to calls under way."""

    rtp_port_min: int = setting(31_000, "First UDP port for the audio of calls that are listened to.")
    rtp_port_max: int = setting(31_999, "Last UDP port for it.")
    host: str = setting("", "Address the parties send that audio to; empty: `sip.advertised_host`, or the local one.")
    max_calls: int = setting(30, "Calls listened to at the same time.")


@dataclass(frozen=True)
class Lab:
    """The simulated PSAP and relay center of `callpoint demo` and `callpoint lab`."""

    host: str = setting("127.0.0.1", "Address the simulators listen on.")
    http_port: int = setting(8913, "Port of the lab's page and its JSON.")
    psap_port: int = setting(5070, "SIP port (UDP and TCP) of the simulated PSAP.")
    relay_port: int = setting(5072, "SIP port (UDP and TCP) of the simulated relay center.")
    phone_port: int = setting(5074, "SIP port (UDP and TCP) of the simulated phones, which the demo's alerts call.")


@dataclass(frozen=True)
class Lost:
    """The LoST server at `/lost`, which tells other people's programs who serves a place (RFC 5222)."""

    source: str = setting(
        "", "Name this server signs its answers with, a domain you own, as in lost.example.com; empty: `sip.host_name`."
    )
    expires_hours: float = setting(24.0, "Hours an answer may be kept; less where a change of boundaries is planned.")
    default_uri: str = setting(
        "", "Where calls go from a place nobody is known to serve, e.g. `sip:911@relay.example.net`; empty: an error."
    )
    default_name: str = setting("Emergency services", "How that is named to people.")
    service_number: str = setting("911", "What people dial for emergency services here.")
    upstream: tuple[str, ...] = setting(
        (),
        "Other LoST servers for places not known here, each COVERAGE SOURCE URL, the coverage being a country, "
        "COUNTRY/STATE or `*`, as in `US/VT lost.vt.example https://lost.vt.example/lost`. Nobody else is ever asked.",
    )
    upstream_seconds: float = setting(3.0, "Seconds they have for an answer, all of them together.")


@dataclass(frozen=True)
class Config:
    """All settings of one installation. Ports are final here: `port_offset` has already been added."""

    data: Path = setting(DEFAULT_DATA_DIR, "Where everything is kept: databases, snapshot, journal, prompts, secrets.")
    database_url: str = setting(
        "", "Central database, e.g. `postgres://user:password@host/callpoint`; empty: SQLite in the data directory."
    )
    hosts: tuple[str, ...] = setting(
        ("localhost", "127.0.0.1", "[::1]"), "Host names the pages answer to; a request for another one is refused."
    )
    secure_cookies: bool = setting(False, "Say true when the pages are reached by HTTPS only, as in production.")
    port_offset: int = setting(0, "Added to every port below except the audio ports; for a second installation.")
    web: Web = field(default_factory=Web)
    sip: Sip = field(default_factory=Sip)
    read_back: ReadBack = field(default_factory=ReadBack)
    addresses: RemoteAddresses = field(default_factory=RemoteAddresses)
    mail: Mail = field(default_factory=Mail)
    sms: Sms = field(default_factory=Sms)
    webhooks: Webhooks = field(default_factory=Webhooks)
    voice: Voice = field(default_factory=Voice)
    monitoring: Monitoring = field(default_factory=Monitoring)
    lab: Lab = field(default_factory=Lab)
    lost: Lost = field(default_factory=Lost)

    @property
    def data_dir(self) -> Path:
        return self.data

    def in_directory(self, path: Path) -> "Config":
        """The same settings with another data directory."""
        return replace(self, data=path)

    @property
    def node_dir(self) -> Path:
        """Snapshot, journal and prompts of the node."""
        return self.data / "node"

    @property
    def dispatcher_dir(self) -> Path:
        """Journal and outbox of the dispatcher, and the requests others have of it."""
        return self.data / "dispatcher"

    @property
    def tls_files(self) -> tuple[Path, Path]:
        """Certificate and key the node uses: the configured ones, else the self-signed ones of this data directory."""
        folder = self.data / "tls"
        return self.sip.tls_certificate or folder / "certificate.pem", self.sip.tls_key or folder / "key.pem"

    @property
    def web_url(self) -> str:
        return self.web.public_url or f"http://{Address(self.web.host, self.web.port)}"

    @property
    def streams_url(self) -> str:
        return self.web.streams_public_url or f"http://{Address(self.web.streams_host, self.web.streams_port)}"

    @property
    def lab_url(self) -> str:
        return f"http://{Address(self.lab.host, self.lab.http_port)}"

    @property
    def psap_sip(self) -> Address:
        return Address(self.lab.host, self.lab.psap_port)

    @property
    def relay_sip(self) -> Address:
        return Address(self.lab.host, self.lab.relay_port)

    @property
    def phone_sip(self) -> Address:
        return Address(self.lab.host, self.lab.phone_port)


def check(config: Config) -> Config:
    """The same configuration when its values fit together; ConfigError names the first that does not."""
    _check_numbers(config)
    _check_pages(config)
    if bool(config.sip.tls_certificate) != bool(config.sip.tls_key):
        missing = "sip.tls_key" if config.sip.tls_certificate else "sip.tls_certificate"
        raise ConfigError(missing, "a certificate needs its key and the other way round.", "Set both or neither.")
    for name in ("tls_certificate", "tls_key", "tls_ca"):
        path: Path | None = getattr(config.sip, name)
        if path is not None and not path.is_file():
            raise ConfigError(f"sip.{name}", f"there is no file {path}.", "Give the path of a PEM file.")
    for uri in config.sip.fallback_relay:
        if not uri.startswith(("sip:", "sips:")):
            raise ConfigError("sip.fallback_relay", f"{uri!r} is no SIP URI.", "Write it as sip:911@relay.example.net.")
    _check_addresses(config.addresses)
    lost_settings(config)
    return config


def lost_settings(config: Config) -> LostSettings:
    """What the LoST server is told; ConfigError names what does not do."""
    lost = config.lost
    try:
        upstream = tuple(map(Upstream.parse, lost.upstream))
    except ValueError as error:
        raise ConfigError("lost.upstream", f"{error}.", "docs/configuration.md has an example.") from error
    named = {item.name: getattr(lost, item.name) for item in fields(lost)}
    # Where nothing was said, a host name that is no name for a LoST server is no reason not to start.
    source = lost.source or (config.sip.host_name if is_source(config.sip.host_name) else UNOWNED)
    try:
        return LostSettings(**{**named, "source": source, "upstream": upstream})
    except ValueError as error:
        raise ConfigError("lost", f"{error}.", "Correct it in section [lost].") from error


def _check_addresses(remote: RemoteAddresses) -> None:
    if remote.kind not in ("", *REMOTE_KINDS):
        said = f"{remote.kind!r} is none of {', '.join(REMOTE_KINDS)}."
        raise ConfigError("addresses.kind", said, "Leave it empty to ask nobody.")
    if remote.url and not remote.url.startswith(("http://", "https://")):
        raise ConfigError("addresses.url", f"{remote.url!r} is no http or https URL.", "Begin it with https://.")
    if remote.kind == "lost" and not remote.url:
        raise ConfigError("addresses.url", "a LoST server has no URL everybody knows.", "Give that of your region's.")
    if remote.kind == "nominatim" and not (remote.url or remote.email):
        remedy = "Set addresses.email, or addresses.url of a server of your own."
        raise ConfigError("addresses.email", "the public Nominatim server wants to know who asks.", remedy)
    if not 0 < remote.seconds <= MAX_REMOTE_SECONDS:
        said = f"it must be above 0 and at most {MAX_REMOTE_SECONDS:g}."
        raise ConfigError("addresses.seconds", said, "5.0 is the usual value.")


def _check_numbers(config: Config) -> None:
    if config.port_offset < 0:
        raise ConfigError("port_offset", "it must not be negative.", "Give 0 or a positive number.")
    if config.sip.reroute_seconds <= 0:
        raise ConfigError("sip.reroute_seconds", "it must be above 0.", "2.0 is the usual value.")
    if config.sip.stranger_rate < 0:
        raise ConfigError("sip.stranger_rate", "it must not be negative.", "0 answers no stranger at all.")
    if config.sip.options_seconds < 0:
        raise ConfigError("sip.options_seconds", "it must not be negative.", "60 is the usual value.")
    _check_voice(config.voice)
    if config.web.threads < 1:
        raise ConfigError("web.threads", "it must be 1 or more.", "4 is the usual value.")
    low, high = config.read_back.rtp_port_min, config.read_back.rtp_port_max
    needed = 2 * config.read_back.max_calls
    if not 0 < low <= high <= MAX_PORT:
        raise ConfigError("read_back.rtp_port_min", f"{low} to {high} is no range of ports.", "30000 to 30999 is.")
    if high - low + 1 < needed:
        remedy = f"Widen the range to {needed} ports or lower read_back.max_calls."
        raise ConfigError("read_back.rtp_port_max", f"{needed} ports are needed, two for each 933 call.", remedy)


def _check_voice(voice: Voice) -> None:
    if voice.gateway and not voice.gateway.startswith(("sip:", "sips:")):
        said = f"{voice.gateway!r} is no SIP URI."
        raise ConfigError("voice.gateway", said, "Write it as sip:gateway.example.net.")
    if voice.max_calls < 1:
        raise ConfigError("voice.max_calls", "it must be 1 or more.", "20 is the usual value.")
    if voice.ring_seconds <= 0:
        raise ConfigError("voice.ring_seconds", "it must be above 0.", "45 is the usual value.")


def move_ports(config: Config) -> Config:
    """The configuration with `port_offset` added to every port except those of the audio."""
    offset = config.port_offset
    sections = {name: _moved(name, getattr(config, name), offset) for name in ("web", "sip", "lab")}
    return replace(config, **sections)


def _moved(section_name: str, section: Any, offset: int) -> Any:
    changes: dict[str, Any] = {}
    for item in fields(section):
        value = getattr(section, item.name)
        if item.name == "port" or item.name.endswith("_port"):
            changes[item.name] = value + offset if value else value
        elif isinstance(value, tuple) and value and isinstance(value[0], Address):
            changes[item.name] = tuple(address.moved(offset) for address in value)
        for port in _ports(changes.get(item.name)):
            if not 0 <= port <= MAX_PORT:
                key = f"{section_name}.{item.name}"
                raise ConfigError(key, f"port {port} does not exist.", "Choose another port or port_offset.")
    return replace(section, **changes)


def _ports(value: object) -> tuple[int, ...]:
    if isinstance(value, int):
        return (value,)
    return tuple(address.port for address in value) if isinstance(value, tuple) else ()


def _check_pages(config: Config) -> None:
    networks = {"web.proxies": config.web.proxies, "webhooks.allowed_networks": config.webhooks.allowed_networks}
    for key, text in [(key, text) for key, texts in networks.items() for text in texts]:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError as error:
            raise ConfigError(key, f"{text!r} is no network.", "Write it as 10.0.0.0/8.") from error
    tiles = config.web.map_tiles
    if tiles and not (
        tiles.startswith(("https://", "http://")) and all(part in tiles for part in ("{z}", "{x}", "{y}"))
    ):
        raise ConfigError("web.map_tiles", f"{tiles!r} is no tile URL.", "It needs https:// and {z}, {x} and {y}.")
    try:
        mail_server(config.mail.url)
    except ValueError as error:
        raise ConfigError("mail.url", f"{error}.", "Write it as smtp://user:password@host:587.") from error
    try:
        sms_provider(config.sms.url)
    except ValueError as error:
        raise ConfigError("sms.url", f"{error}.", "Write it as smpp://system_id:password@host:2775.") from error
