"""Calls: the list, one call with every step and reason, misdials, and the list as a file."""
