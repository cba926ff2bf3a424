"""The manuals."""
