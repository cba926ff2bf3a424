"""Buildings and the locations in them."""
