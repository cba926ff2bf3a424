"""SIPp as caller and as PSAP, driven by the scenarios beside this file.

A scenario holds two kinds of blanks: SIPp's own keywords (`[dialled]`, filled by `keys`) and `__STATUS__`-like words
where SIPp allows no keyword, such as the response a `recv` expects (filled by `blanks` before SIPp sees the file).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.peers.process import ForeignProcess, PeerFailed, free_even_port, free_port, wait_for

SCENARIOS = Path(__file__).parent / "scenarios"
CALLER_KEYS = {"dialled": "sip:911@callpoint.example", "identity": "X-Employee-ID: E1001", "from_user": "E1001"}
TRACED = re.compile(
    r"^-{20,} .*\n(?P<transport>UDP|TCP|TLS|SCTP) message (?P<way>sent|received) .*:\n\n?", re.MULTILINE
)


@dataclass(frozen=True)
class Traced:
    """One SIP message as SIPp saw it."""

    way: str  # "sent" or "received"
    text: str

    @property
    def first_line(self) -> str:
        """Request or status line."""
        return self.text.lstrip().split("\n", 1)[0].strip()

    def header(self, name: str) -> str:
        """The first value of a header field spelled exactly so, "" when absent."""
        found = re.search(rf"(?mi)^{re.escape(name)}[ \t]*:[ \t]*(.*?)[ \t]*\r?$", self.text)
        return found[1] if found else ""

    def headers(self, name: str) -> list[str]:
        """All values of a header field spelled so, one a line."""
        return re.findall(rf"(?mi)^{re.escape(name)}[ \t]*:[ \t]*(.*?)[ \t]*\r?$", self.text)


class Sipp(ForeignProcess):
    """One SIPp. `remote` is where requests go ("127.0.0.1:5060"); without it SIPp waits to be called.

    `transport` is "udp" or "tcp"; `via` is what the messages say it is, "TLS" where a tunnel encrypts for us; `contact`
    is where requests inside the dialog shall come ("127.0.0.1:5061"), the tunnel's far end then.
    """

    def __init__(
        self,
        binary: str,
        scenario: str,
        folder: Path,
        *,
        remote: str | None = None,
        transport: str = "udp",
        via: str | None = None,
        host: str = "127.0.0.1",
        port: int | None = None,
        contact: str | None = None,
        calls: int = 1,
        keys: Mapping[str, str] | None = None,
        blanks: Mapping[str, str] | None = None,
        extra: tuple[str, ...] = (),
    ) -> None:
        self.scenario = scenario
        self.host = host
        self.port = port or free_port(host=host)
        self.transport = transport
        self.messages_file = folder / "messages.log"
        self.errors_file = folder / "errors.log"
        folder.mkdir(parents=True, exist_ok=True)
        script = folder / f"{scenario}.xml"
        script.write_text(filled(scenario, blanks or {}), encoding="utf-8")
        spoken = (via or transport).upper()
        uri_transport = "" if spoken == "UDP" else f";transport={spoken.lower()}"
        words = {**CALLER_KEYS, "via": spoken, "uri_transport": uri_transport, "contact": contact or self.address}
        words |= keys or {}
        super().__init__(
            [
                binary, *([remote] if remote else []), "-sf", script, "-t", f"{transport[0]}1", "-i", host,
                "-p", str(self.port), "-mi", host, "-mp", str(free_even_port(host)), "-m", str(calls),
                "-nostdin", "-skip_rlimit", "-timer_resol", "1", "-default_behaviors", "all,-bye",
                "-trace_msg", "-message_file", self.messages_file, "-trace_err", "-error_file", self.errors_file,
                *(part for name, value in words.items() for part in ("-key", name, value)), *extra,
            ],
            folder,
        )  # fmt: skip

    @property
    def address(self) -> str:
        """host:port it listens on."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def messages(self) -> list[Traced]:
        """Every message so far, oldest first."""
        if not self.messages_file.exists():
            return []
        text = self.messages_file.read_bytes().decode("utf-8", errors="surrogateescape")
        marks = list(TRACED.finditer(text))
        ends = [*(mark.start() for mark in marks[1:]), len(text)][: len(marks)]
        return [Traced(mark["way"], text[mark.end() : end].strip("\n")) for mark, end in zip(marks, ends, strict=True)]

    def received(self, first_word: str) -> list[Traced]:
        """What it received beginning with `first_word`: a method, or "SIP/2.0 503"."""
        return [m for m in self.messages() if m.way == "received" and m.first_line.startswith(first_word)]

    def statuses(self) -> list[int]:
        """The status of every response received, in order, repeats included."""
        return [int(m.first_line.split()[1]) for m in self.received("SIP/2.0")]

    def wait_until_received(self, first_word: str, seconds: float = 10.0) -> Traced:
        """The first such message, waited for."""
        self.wait_for(lambda: bool(self.received(first_word)), seconds, f"SIPp ({self.scenario}) receives {first_word}")
        return self.received(first_word)[0]

    def succeed(self, seconds: float = 20.0) -> None:
        """Waits for the end and raises PeerFailed unless every call went exactly as the scenario says."""
        status = self.wait(seconds)
        if status != 0:
            raise PeerFailed(f"SIPp: {self.scenario} failed with {status}\n{self.report()}")

    def wait_until_listening(self, seconds: float = 5.0) -> None:
        """Returns once its port is taken, so that the first message cannot be lost."""
        suffix = f":{self.port:04X} "
        tables = [Path("/proc/net") / f"{self.transport}{version}" for version in ("", "6")]

        def taken() -> bool:
            return any(suffix in line.split(maxsplit=2)[1] + " " for table in tables for line in lines_of(table))

        wait_for(taken, seconds, f"SIPp listens on port {self.port}", self.report)

    def report(self) -> str:
        errors = self.errors_file.read_text(encoding="utf-8", errors="replace") if self.errors_file.exists() else ""
        ladder = "\n".join(f"  {m.way:8} {m.first_line}" for m in self.messages()[-30:])
        state = "running" if self.running() else f"ended with {self.process.returncode}"
        return f"--- SIPp {self.scenario}, {state}; its ladder:\n{ladder}\n--- its errors:\n{errors[-3000:]}"


def filled(scenario: str, blanks: Mapping[str, str]) -> str:
    """The scenario's text with its `__WORDS__` filled; raises PeerFailed when one is left over."""
    text = (SCENARIOS / f"{scenario}.xml").read_text(encoding="utf-8")
    for word, value in blanks.items():
        text = text.replace(f"__{word}__", value)
    if left := re.search(r"__[A-Z]+__", text):
        raise PeerFailed(f"{scenario}: {left.group()} was not given")
    return text


def lines_of(table: Path) -> list[str]:
    """The rows of one of the kernel's socket tables, none where it has no such table."""
    return table.read_text(encoding="ascii").splitlines()[1:] if table.exists() else []
