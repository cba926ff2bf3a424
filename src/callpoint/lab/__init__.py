"""Simulated PSAP, relay center and caller: real SIP and audio on the outside, nothing of our decisions inside."""
