"""Onsite: screens, programs to install, and what responders are shown of a building."""
