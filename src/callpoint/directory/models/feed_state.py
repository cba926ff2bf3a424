"""What the outbox's readers must know of the database itself."""

import uuid

from django.db import models


class FeedState(models.Model):
    """One row: the database's own name, and up to where the outbox has been pruned.

    A snapshot made from another database, or standing before `horizon`, has missed changes and is made anew.
    """

    database_id = models.UUIDField(default=uuid.uuid4)
    horizon = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.database_id} pruned up to {self.horizon}"

    @classmethod
    def current(cls) -> "FeedState":
        """The row, made when it is not there yet."""
        return cls.objects.get_or_create(pk=1)[0]
