"""Asking a stranger's server: for so long, for so much, and no further than the address that was given."""

import time
from typing import Any, Final

import requests
from django.conf import settings
from urllib3.exceptions import HTTPError

MOST: Final = 1_000_000
"""Octets of an answer. Keys and configurations of identity providers have some tens of thousands."""
_PIECE: Final = 65_536


class BoundedSession(requests.Session):
    """A session of `requests` that follows no redirects and gives up on answers that are too long or too slow.

    `SOCIALACCOUNT_REQUESTS_TIMEOUT` seconds for a connection, and for the answer as a whole. Raises
    `requests.RequestException`.
    """

    def request(self, method: str, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        seconds = settings.SOCIALACCOUNT_REQUESTS_TIMEOUT
        end = time.monotonic() + seconds
        kwargs |= {"timeout": seconds, "allow_redirects": False, "stream": True}
        response = super().request(method, url, *args, **kwargs)
        body = bytearray()
        try:
            # read1 gives what is there: somebody who sends an octet every few seconds is noticed all the same.
            while piece := response.raw.read1(_PIECE, decode_content=True):
                body += piece
                if len(body) > MOST or time.monotonic() > end:
                    raise requests.RequestException(f"{url!r} answers with too much, or too slowly")
        except HTTPError as error:
            raise requests.RequestException(str(error)) from error
        finally:
            response.close()
        response._content = bytes(body)
        return response
