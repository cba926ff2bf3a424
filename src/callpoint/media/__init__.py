"""Audio on the wire: G.711 over RTP, digits, a player, tones, recordings.

`media_port.MediaPort` is one leg; `ports.PortRange` gives it its ports. Made for the 933 read-back, the lab's phones
and announcements; ordinary 911 audio never passes here.
"""
