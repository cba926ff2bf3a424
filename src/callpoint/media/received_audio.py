"""From packets as they arrive to sound without holes: duplicates dropped, losses filled with silence."""

from callpoint.media import g711
from callpoint.media.rtp_packet import RtpPacket, sequence_delta
from callpoint.speech.mu_law import SILENCE

# A longer gap is no loss but a pause of the sender; filling it would only make recordings long.
MAX_FILL = 8000
# So far back a packet is late; further, the sender has begun anew (RFC 3550 §A.1 has the same number).
MAX_MISORDER = 100


class ReceivedAudio:
    """Puts one peer's audio packets in order of time, without delay: what comes too late is left out."""

    def __init__(self) -> None:
        self._ssrc = -1
        self._sequence = 0
        self._expected_timestamp = 0
        self.lost = 0

    def receive(self, packet: RtpPacket) -> bytes:
        """The mu-law this packet adds, with silence before it for what was lost; b"" for a late or repeated one."""
        audio = g711.from_wire(packet.payload, packet.payload_type)
        if packet.ssrc != self._ssrc:
            return self._begin(packet, audio)
        step = sequence_delta(packet.sequence, self._sequence)
        if -MAX_MISORDER < step <= 0:
            return b""
        if step <= -MAX_MISORDER:
            return self._begin(packet, audio)
        self.lost += step - 1
        gap = (packet.timestamp - self._expected_timestamp) & 0xFFFFFFFF
        self._advance(packet)
        return bytes([SILENCE]) * gap + audio if gap <= MAX_FILL else audio

    def skip(self, packet: RtpPacket) -> None:
        """A packet of the same stream that carries no audio (a digit): its number is not missing."""
        if packet.ssrc == self._ssrc and sequence_delta(packet.sequence, self._sequence) == 1:
            self._sequence = packet.sequence

    def _begin(self, packet: RtpPacket, audio: bytes) -> bytes:
        self._ssrc = packet.ssrc
        self._advance(packet)
        return audio

    def _advance(self, packet: RtpPacket) -> None:
        self._sequence = packet.sequence
        self._expected_timestamp = (packet.timestamp + len(packet.payload)) & 0xFFFFFFFF
