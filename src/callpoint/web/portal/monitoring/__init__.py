"""Listening to calls under way: what the organization allows, and its phones."""
