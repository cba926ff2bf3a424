"""Pages that belong to no organization."""

from tests.web.pages import Page

PAGES = {
    "sign-in": Page("/sign-in/", (302, 302, 302, 302, 302, 302)),
    "sign-out": Page("/sign-out/", (405, 405, 405, 405, 405, 405)),
    "language": Page("/language/", (405, 405, 405, 405, 405, 405), (302, 302, 302, 302, 302, 302)),
    "address": Page("/address/", (200, 200, 200, 200, 200, 302)),
    "healthz": Page("/healthz", (503, 503, 503, 503, 503, 503), snippet=True),
    "metrics": Page("/metrics", (200, 200, 200, 200, 200, 200), snippet=True),
}
