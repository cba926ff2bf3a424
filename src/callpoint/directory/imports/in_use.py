"""Who holds on to rows: what must not be taken away, and what goes with them."""

from collections import Counter
from collections.abc import Sequence

from django.db import models
from django.db.models import Count
from django.db.models.fields.reverse_related import ForeignObjectRel

from callpoint.directory.bulk import batched
from callpoint.directory.holders import held


def users_of(model: type[models.Model], keys: Sequence[int]) -> Counter[int]:
    """How many rows of any kind refer to each of these, those aside that would be taken away together with them.

    Found by what refers to the model, so a new kind of reference cannot be forgotten, and by what other parts say they
    hold (`holders`). Call within a scope.
    """
    counts: Counter[int] = Counter()
    for relation in _holding(model):
        name = relation.field.attname
        for piece in batched(keys):
            found = relation.related_model._base_manager.filter(**{f"{name}__in": piece})
            for key, count in found.values_list(name).annotate(Count("pk")):
                counts[key] += count
    counts.update({key: len(sentences) for key, sentences in held(model, keys).items()})
    return counts


def _holding(model: type[models.Model]) -> list[ForeignObjectRel]:
    # `related_name="+"` hides a relation from everybody who does not ask for hidden ones.
    found = [one for one in model._meta.get_fields(include_hidden=True) if isinstance(one, ForeignObjectRel)]
    return [one for one in found if not one.many_to_many and one.on_delete in (models.PROTECT, models.RESTRICT)]
