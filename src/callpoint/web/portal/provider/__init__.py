"""Pages of the provider, for the whole installation."""
