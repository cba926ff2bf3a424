"""The history of every change."""
