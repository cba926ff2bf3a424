"""What people read of the interface for programs; what programs ask is judged in tests/web/api."""

from tests.web.pages import Page

PAGES = {
    "openapi": Page("/api/v1/openapi.json", (200, 200, 200, 200, 200, 200), snippet=True),
    "api-docs": Page("/api/v1/docs", (200, 200, 200, 200, 200, 200)),
    "api-problems": Page("/api/v1/problems/", (200, 200, 200, 200, 200, 200)),
    "api-problem": Page("/api/v1/problems/refused", (200, 200, 200, 200, 200, 200)),
    "api-root": Page("/api/v1/", (404, 404, 404, 404, 404, 404), snippet=True),
    "api-nothing-here": Page("/api/v1/nothing", (404, 404, 404, 404, 404, 404), snippet=True),
}
