"""`callpoint dial`: a real SIP call from this terminal."""

import asyncio
import socket
import ssl
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from callpoint.lab.dialler import Order, Outcome
from callpoint.lab.dialler import dial as make_call
from callpoint.media.telephone_event import DIGITS
from callpoint.ops.config import Address, Config
from callpoint.ops.errors import OperatorError
from callpoint.ops.options import ConfigOption, DataOption, JsonOption, OffsetOption, print_json, read_configuration
from callpoint.sip.hop import Hop
from callpoint.transport.tls import TlsFiles

ID_HEADER = "X-Employee-ID"
MAX_SECONDS = 3600.0


class Wire(StrEnum):
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


NumberArgument = Annotated[str, typer.Argument(metavar="911|933", help="What to dial; a whole URI does too.")]
AsOption = Annotated[str, typer.Option("--as", metavar="DEVICE_USER_ID", help="Who dials: the ID the call carries.")]
RecordOption = Annotated[
    Path | None, typer.Option("--record", metavar="F.wav", dir_okay=False, help="Write what is heard into a WAV file.")
]
ToOption = Annotated[str, typer.Option("--to", metavar="HOST:PORT", help="Where to call (default: this node).")]
WireOption = Annotated[Wire, typer.Option("--transport", help="How to reach it.")]
SecondsOption = Annotated[float, typer.Option("--seconds", min=0.1, max=MAX_SECONDS, help="How long to talk.")]
DigitsOption = Annotated[str, typer.Option("--digits", metavar="KEYS", help="Keys to press, one a second.")]
FromOption = Annotated[str, typer.Option("--from", metavar="+1…", help="The number in From.")]
UserOption = Annotated[str, typer.Option("--user", help="User name of a trunk that proves itself by digest.")]
PasswordOption = Annotated[str, typer.Option("--password", envvar="CALLPOINT_DIAL_PASSWORD", help="Its password.")]


def dial(
    number: NumberArgument,
    identity: AsOption,
    record: RecordOption = None,
    as_json: JsonOption = False,
    to: ToOption = "",
    transport: WireOption = Wire.UDP,
    seconds: SecondsOption = 5.0,
    digits: DigitsOption = "",
    from_number: FromOption = "",
    user: UserOption = "",
    password: PasswordOption = "",
    data: DataOption = None,
    config: ConfigOption = None,
    port_offset: OffsetOption = None,
) -> None:
    """Make a real SIP call: print the ladder, play a 1000 Hz tone, tell what is heard. Exit code 0 when answered.

    The call is real to whoever answers it: only dial nodes whose PSAPs are simulated, or 933.
    """
    if record is not None and not record.absolute().parent.is_dir():
        raise OperatorError(f"There is no directory {record.absolute().parent}.", "Choose another --record.", 2)
    if wrong := set(digits.upper()) - set(DIGITS):
        raise OperatorError(f"--digits {digits}: no telephone has a key {min(wrong)}.", "Use 0-9, *, # and A-D.", 2)
    settings = read_configuration(data, config, port_offset)
    hop = _hop(settings, to, transport)
    order = Order(
        number=number,
        hop=hop,
        host=_own_host(hop),
        from_user=from_number or "anonymous",
        headers=((ID_HEADER, identity),) if identity else (),
        seconds=seconds,
        digits=digits,
        record=record,
        login=(user, password) if user else None,
        tls=TlsFiles(authorities=_trusted(settings)) if transport is Wire.TLS else None,
    )
    outcome = _called(order, as_json)
    if as_json:
        print_json(outcome.to_json())
    else:
        _tell(outcome)
    if not outcome.answered:
        raise typer.Exit(1)


def _called(order: Order, quiet: bool) -> Outcome:
    try:
        return asyncio.run(make_call(order, _silent if quiet else typer.echo))
    except (OSError, ssl.SSLError) as error:
        raise OperatorError(f"The call could not be made: {error}.", "Check --to, --transport and --record.") from error


def _hop(config: Config, to: str, wire: Wire) -> Hop:
    """Where to call: what was named, else the node of this configuration on the wire wished for."""
    if to:
        try:
            address = Address.parse(to)
        except ValueError as error:
            raise OperatorError(f"--to {to}: {error}.", "Write it as 127.0.0.1:5060.", exit_code=2) from error
    else:
        addresses = {Wire.UDP: config.sip.udp, Wire.TCP: config.sip.tcp, Wire.TLS: config.sip.tls}[wire]
        if not addresses:
            raise OperatorError(f"The node listens on no {wire.upper()} address.", "Choose another --transport.", 2)
        address = addresses[0]
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise OperatorError(f"{address.host} has no address: {error}.", "Check the name in --to.") from error
    return Hop(wire.value, str(found[0][4][0]), address.port)


def _own_host(hop: Hop) -> str:
    """The address of ours that the system would use towards `hop`: the one the far end can answer to.

    Raises OSError when there is no way there.
    """
    family = socket.AF_INET6 if ":" in hop.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.connect((hop.host, hop.port))
        return str(probe.getsockname()[0])


def _trusted(config: Config) -> Path | None:
    """Whom to believe: the configured authorities, else this installation's self-signed certificate."""
    certificate = config.tls_files[0]
    return config.sip.tls_ca or (certificate if certificate.is_file() else None)


def _tell(outcome: Outcome) -> None:
    typer.echo("")
    if not outcome.answered:
        why = f"{outcome.status} {outcome.reason}".strip() if outcome.status else outcome.reason or "nothing was heard"
        typer.echo(f"Not answered: {why}")
        return
    typer.echo(f"Answered after {outcome.setup_ms:.0f} ms, talked {outcome.talked_seconds:.1f} s.")
    tones = ", ".join(f"{hz} Hz for {seconds:g} s" for hz, seconds in outcome.tones.items())
    typer.echo(f"Heard {outcome.heard_seconds:.1f} s of sound" + (f": {tones}" if tones else ""))
    if outcome.wav is not None:
        typer.echo(f"Recorded into {outcome.wav}")


def _silent(_: str) -> None:
    """With --json nothing but the document is printed."""
