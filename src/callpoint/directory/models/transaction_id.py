"""The number of the transaction that wrote a row, where the database has such a thing."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler


class CurrentTransaction(models.Func):
    """PostgreSQL: the writing transaction's 64-bit id. SQLite has one writer at a time and needs none: 0."""

    template = "pg_current_xact_id()"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, template="0", **extra)


if TYPE_CHECKING:
    IntField = models.Field[int, int]
else:  # Django's fields take their type arguments in the stubs only
    IntField = models.Field


class TransactionIdField(IntField):
    """A column of type `xid8` on PostgreSQL, filled by the database; only ever read by the feed's own SQL."""

    def __init__(self, **options: Any) -> None:
        options |= {"editable": False, "db_default": CurrentTransaction()}
        super().__init__(**options)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, positional, keywords = super().deconstruct()
        del keywords["editable"], keywords["db_default"]
        return name, path, positional, keywords

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8" if connection.vendor == "postgresql" else "bigint"
