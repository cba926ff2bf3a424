"""Onsite: the window over the agent. Emergency calls over all other windows, audible until somebody takes them."""
