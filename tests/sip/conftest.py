"""No deadline for generated examples: a busy machine is no wrong answer."""

from hypothesis import settings

settings.register_profile("patient", settings.default, deadline=None)
settings.load_profile("patient")
