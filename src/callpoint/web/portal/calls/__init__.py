"""Calls and what became of them."""
