"""Functions that change alerting from typed text, shared by pages and interfaces.

All take texts by field name, change only the fields that are given, raise `directory.editing.refused.Refused` with a
sentence for each wrong field, and write nothing unless all is right. What they refer to must be the organization's.
"""
