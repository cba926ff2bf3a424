"""Below `/api/v1/`."""

from django.urls import URLPattern, include, path, re_path

from callpoint.web.api.application import interface
from callpoint.web.api.doorway import doorway, nothing_here
from callpoint.web.api.pages import docs, openapi, problem, problems

_operations, _app, _namespace = interface.urls
_ROOT = "api-root"  # ninja makes paths from its name


def _behind_the_doorway(pattern: URLPattern) -> URLPattern:
    answer = nothing_here if pattern.name == _ROOT else doorway(pattern.callback)
    return URLPattern(pattern.pattern, answer, pattern.default_args, pattern.name)


_served = [_behind_the_doorway(pattern) for pattern in _operations if isinstance(pattern, URLPattern)]
urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    path("docs", docs, name="api-docs"),
    path("problems/", problems, name="api-problems"),
    path("problems/<slug:kind>", problem, name="api-problem"),
    path("", include((_served, _app), _namespace)),
    re_path(r"[\s\S]", nothing_here, name="api-nothing-here"),
]
