"""Onsite screens, which take their alerts from the dispatcher's stream by themselves."""
