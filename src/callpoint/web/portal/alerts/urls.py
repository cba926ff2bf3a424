"""URLs of alerts, below `/organizations/<slug>/alerts/`."""

from django.urls import URLPattern, path

from callpoint.web.portal.alerts import (
    deliveries,
    groups,
    overview,
    recipients,
    subscriptions,
    template_views,
    testing,
)

urlpatterns: list[URLPattern] = [
    path("", overview.alerts, name="alerts"),
    path("start/", overview.start, name="alerts-start"),
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/new/", subscriptions.subscription_new, name="subscription-new"),
    path("subscriptions/<int:pk>/", subscriptions.subscription, name="subscription"),
    path("subscriptions/<int:pk>/enable/", subscriptions.subscription_enable, name="subscription-enable"),
    path("subscriptions/<int:pk>/remove/", subscriptions.subscription_remove, name="subscription-remove"),
    path("groups/", groups.groups, name="groups"),
    path("groups/new/", groups.group_new, name="group-new"),
    path("groups/<int:pk>/", groups.group, name="group"),
    path("groups/<int:pk>/remove/", groups.group_remove, name="group-remove"),
    path("recipients/", recipients.recipients, name="recipients"),
    path("recipients/new/", recipients.recipient_new, name="recipient-new"),
    path("recipients/<int:pk>/", recipients.recipient, name="recipient"),
    path("recipients/<int:pk>/remove/", recipients.recipient_remove, name="recipient-remove"),
    path("recipients/<int:pk>/secret/", recipients.recipient_secret, name="recipient-secret"),
    path("recipients/<int:pk>/test/", testing.recipient_test, name="recipient-test"),
    path("recipients/<int:pk>/state/", testing.recipient_state, name="recipient-state"),
    path("templates/", template_views.templates, name="templates"),
    path("templates/new/", template_views.template_new, name="template-new"),
    path("templates/preview/", template_views.template_preview, name="template-preview"),
    path("templates/<int:pk>/", template_views.template, name="template"),
    path("templates/<int:pk>/remove/", template_views.template_remove, name="template-remove"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("tests/", testing.tests, name="alert-tests"),
    path("tests/all/", testing.test_all, name="alert-tests-all"),
]
