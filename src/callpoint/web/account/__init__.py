"""Signing in: django-allauth as it is set up here, what the history keeps of it, and organizations' own sign-on."""
