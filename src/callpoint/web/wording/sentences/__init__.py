"""Sentences other parts make, for translators; written by `scripts/sentences.py`."""
