"""A guard's phone: an RTP leg whose far end the node agrees on by SIP."""

from collections.abc import Callable

from callpoint.media.rtp_leg import RtpLeg
from callpoint.media.rtp_packet import RtpPacket
from callpoint.media.telephone_event import DigitReceiver
from callpoint.speech.mu_law import Pcm


class PhoneLine:
    """A `seat.SoundLine`. Keys pressed there are told to `on_digit`; the parties never hear of them."""

    can_speak = True

    def __init__(self, leg: RtpLeg, on_digit: Callable[[str], None]) -> None:
        self.leg = leg
        self._digits = DigitReceiver()
        self._on_digit = on_digit
        leg.on_event = self._event

    def take(self) -> Pcm:
        return self.leg.take()

    def give(self, pcm: Pcm) -> None:
        self.leg.give(pcm)

    def skip(self, ticks: int) -> None:
        self.leg.skip(ticks)

    async def close(self) -> None:
        self.leg.close()

    def _event(self, packet: RtpPacket) -> None:
        digit = self._digits.receive(packet.ssrc, packet.timestamp, packet.payload)
        if digit is not None:
            self._on_digit(digit)
