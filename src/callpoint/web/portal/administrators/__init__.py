"""Who may do what in one organization."""
