"""URLs of the provider's templates, below `/provider/templates/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.alerts import template_views

urlpatterns: list[URLPattern] = [
    path("", template_views.provider_templates, name="provider-templates"),
    path("new/", template_views.provider_template_new, name="provider-template-new"),
    path("preview/", template_views.provider_template_preview, name="provider-template-preview"),
    path("<int:pk>/", template_views.provider_template, name="provider-template"),
    path("<int:pk>/remove/", template_views.provider_template_remove, name="provider-template-remove"),
]
