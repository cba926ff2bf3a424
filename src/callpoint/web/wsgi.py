"""The WSGI application that granian's worker process loads: LoST at `/lost`, and Django for everything else.

LoST stands in front because its questions come by the thousand a second, and need no session, cookie or database.
"""

import ctypes
import os
import signal
import sys

from django.core.wsgi import get_wsgi_application

from callpoint.web import installation
from callpoint.web.lis.application import with_lost
from callpoint.web.process import THREADS
from callpoint.web.turns import BodyFirst, InTurn

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def end_with_the_parent() -> None:
    """A worker of a killed web server must not go on serving beside its successor, on the same port with old code."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


end_with_the_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callpoint.ops.django_settings")
pages = InTurn(get_wsgi_application(), int(os.environ.get(THREADS, "4")))
application = BodyFirst(with_lost(pages, installation.lost_knowledge(), os.environ))
