"""The WSGI application that granian's process loads."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callpoint.ops.django_settings")
application = get_wsgi_application()
