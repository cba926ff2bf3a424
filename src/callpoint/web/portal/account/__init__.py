"""What somebody sets for their own account."""
