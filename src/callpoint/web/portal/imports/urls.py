"""URLs of this part of the portal."""

from django.urls import URLPattern, path

from callpoint.web.portal.imports.columns import columns, template
from callpoint.web.portal.imports.deciding import apply, give_up, rejected, take_back
from callpoint.web.portal.imports.mapping import confirm
from callpoint.web.portal.imports.one import one, progress_piece
from callpoint.web.portal.imports.overview import imports, upload

urlpatterns: list[URLPattern] = [
    path("", imports, name="imports"),
    path("upload/", upload, name="import-upload"),
    path("columns/", columns, name="import-columns"),
    path("templates/<slug:kind>/", template, name="import-template"),
    path("<int:pk>/", one, name="import"),
    path("<int:pk>/columns/", confirm, name="import-mapping"),
    path("<int:pk>/progress/", progress_piece, name="import-progress"),
    path("<int:pk>/apply/", apply, name="import-apply"),
    path("<int:pk>/cancel/", give_up, name="import-cancel"),
    path("<int:pk>/undo/", take_back, name="import-undo"),
    path("<int:pk>/rejected/", rejected, name="import-rejected"),
]
