"""Changing the directory for people and programs: pages and the interface call the same functions with what was typed.

Each takes texts by field name, as forms and JSON bring them, and leaves alone what is not given. They raise `Refused`
with a sentence for each field that is wrong, and write nothing then. Call within `inside(organization)` and
`acting(...)`.
"""
