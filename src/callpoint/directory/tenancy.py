"""Tenancy: a query of a tenant's rows outside a scope raises `django_scopes.ScopeError`.

Scopes hold primary keys of organizations. Everything that reads tenants' rows says here on whose
behalf it does so: `inside(...)` for a person's rights, `everywhere()` for programs that serve all.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import models
from django_scopes import get_scope, scope, scopes_disabled
from django_scopes.manager import DisabledQuerySet

M = TypeVar("M", bound=models.Model)


class TenantManager(models.Manager[M]):
    """Queries are limited to the scope's organizations, reached by `dimension`, and raise without a scope.

    django-scopes' own manager takes a scope of None for everybody's rows; here only `everywhere()` opens them.
    """

    def __init__(self, dimension: str = "organization") -> None:
        super().__init__()
        self.dimension = dimension

    def get_queryset(self) -> models.QuerySet[M]:
        current = get_scope()
        if not current.get("_enabled", True):
            return super().get_queryset()
        if "organization" not in current:
            closed: models.QuerySet[M] = DisabledQuerySet(self.model, using=self._db, missing_scopes={"organization"})
            return closed
        return super().get_queryset().filter(**{f"{self.dimension}__in": current["organization"]})

    def all(self) -> models.QuerySet[M]:
        rows = super().all()
        return rows.all() if isinstance(rows, DisabledQuerySet) else rows


@contextmanager
def inside(organizations: models.Model | Iterable[models.Model]) -> Iterator[None]:
    """Only rows of these organizations exist within the block; with none given, no row exists at all."""
    members: Iterable[Any] = [organizations] if isinstance(organizations, models.Model) else organizations
    with scope(organization=[member.pk for member in members]):
        yield


@contextmanager
def everywhere() -> Iterator[None]:
    """All organizations' rows: for the worker and provider-wide work, never around a person's request."""
    with scopes_disabled():
        yield
