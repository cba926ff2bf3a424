"""How ninja is given bodies: by our own reading, which is stricter than its own."""

from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser

from callpoint.web.api import bodies


class StrictParser(Parser):
    """Raises `Problem` out of the body, which ninja wraps and `faults` takes out again."""

    def parse_body(self, request: HttpRequest) -> Any:
        return bodies.parsed(request)
