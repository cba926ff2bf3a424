"""No query of a tenant's rows without a scope, for every model there is."""

import pytest
from django.apps import apps
from django.db import models
from django_scopes import ScopeError, scope
from tests.directory.cast import Cast

from callpoint.directory.models import Organization, Person
from callpoint.directory.tenancy import everywhere, inside

OURS = [model for app in ("directory", "calls") for model in apps.get_app_config(app).get_models()]
# What belongs to the whole installation: nobody's data.
PROVIDER_WIDE = {"Account", "Outbox", "FeedState", "Provider", "Psap", "Target", "FixedRoute", "Position"} | {
    *("Remapping", "MappingState", "ReadinessState"),
    # An answer kept for one token, a number and a digest without what they cover, and senders who are nobody's.
    *("IdempotencyKey", "ChainHead", "Stranger"),
}
TENANTS = [model for model in OURS if model.__name__ not in PROVIDER_WIDE]


def test_every_model_with_an_organization_is_scoped() -> None:
    with_organization = {
        model.__name__ for model in OURS if any(field.name == "organization" for field in model._meta.get_fields())
    }
    assert with_organization | {"Organization"} == {model.__name__ for model in TENANTS}


@pytest.mark.parametrize("model", TENANTS, ids=lambda model: model.__name__)
def test_unscoped_query_raises(model: type[models.Model], db: None) -> None:
    manager = model._default_manager
    with pytest.raises(ScopeError):
        manager.first()
    with pytest.raises(ScopeError):
        manager.filter(pk=1)
    with pytest.raises(ScopeError):
        list(manager.all())
    with pytest.raises(ScopeError):
        manager.count()


@pytest.mark.parametrize("model", TENANTS, ids=lambda model: model.__name__)
def test_scoped_query_answers(model: type[models.Model], db: None) -> None:
    with inside([]):
        assert model._default_manager.count() == 0
    with everywhere():
        assert model._default_manager.count() == 0


def test_inside_shows_one_organization_only(people: Cast) -> None:
    with inside(people.acme):
        assert {person.identity for person in Person.objects.all()} == {"E1", "E2"}
        assert [organization.slug for organization in Organization.objects.all()] == ["acme"]
        assert not Person.objects.filter(pk=people.stranger.pk).exists()


def test_inside_several(people: Cast) -> None:
    with inside([people.acme, people.other]):
        assert Person.objects.count() == 3


def test_inside_nobody_sees_nobody(people: Cast) -> None:
    with inside([]):
        assert Person.objects.count() == 0


def test_everywhere_ends_with_its_block(people: Cast) -> None:
    with everywhere():
        assert Person.objects.count() == 3
    with pytest.raises(ScopeError):
        Person.objects.count()


def test_a_scope_of_none_is_an_error_and_not_everybody(people: Cast) -> None:
    with scope(organization=None), pytest.raises(TypeError):
        Person.objects.count()
