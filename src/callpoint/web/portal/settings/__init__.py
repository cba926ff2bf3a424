"""Settings of one organization."""
