"""Maps that need nobody else's server: drawn from the boundaries, addresses and postal tables this installation has."""
