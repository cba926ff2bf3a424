"""Requests made up from the published description, right and wrong ones: every answer is one it declares.

Each operation is asked with keys of objects that are there and of some that are not. Every example of an operation is
answered by the same database, as earlier examples left it.
"""

from copy import deepcopy
from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis.config import SchemathesisConfig
from tests.directory.cast import Cast
from tests.web.api.conftest import Program
from tests.web.api.operations import keys_of

from callpoint.calls.models import CallRecord
from callpoint.directory.models import FixedRoute
from callpoint.directory.tenancy import everywhere
from callpoint.web.api.application import interface
from callpoint.web.api.description import described

pytestmark = [pytest.mark.django_db, pytest.mark.generated]

EXAMPLES = 6
SEED = 911
NOBODY = 987_654_321
DESCRIPTION = described(interface)
OPERATIONS = sorted(said["operationId"] for methods in DESCRIPTION["paths"].values() for said in methods.values())
# A value can fit the description and break a rule: a number that does not exist, a taken name, a NUL in a text.
BY_RULES = ["2xx", "304", "400", "401", "403", "404", "409", "412", "422"]
CONFIG = {"checks": {"positive_data_acceptance": {"expected-statuses": BY_RULES}}}


def with_keys(keys: dict[str, Any]) -> dict[str, Any]:
    """The description, with a key that is there and one that is not for each name in a path."""
    found = deepcopy(DESCRIPTION)
    for methods in found["paths"].values():
        for said in methods.values():
            for parameter in said["parameters"]:
                if parameter["in"] == "path":
                    name = parameter["name"]
                    other = "nobody" if name == "slug" else NOBODY
                    parameter["schema"] = {"enum": [keys[name], other]}
    return found


@pytest.fixture
def keys(people: Cast, root: Program) -> dict[str, Any]:
    """Acme's objects, by the names in paths."""
    with everywhere():
        call = CallRecord.objects.create(organization=people.acme, call_id="c", started_at=timezone.now())
        route = FixedRoute.objects.get()
    return keys_of(people) | {"call": call.pk, "route_id": route.pk, "token_id": root.token.pk}


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: str(mode.value))
@pytest.mark.parametrize("name", OPERATIONS)
def test_every_answer_is_declared(
    name: str, mode: schemathesis.GenerationMode, keys: dict[str, Any], root: Program, published: object
) -> None:
    config = SchemathesisConfig.from_dict(CONFIG)
    schema = schemathesis.openapi.from_dict(with_keys(keys), config=config)
    schema.app = get_wsgi_application()
    (operation,) = [
        one.ok() for one in schema.get_all_operations() if one.ok().definition.raw.get("operationId") == name
    ]
    headers = {"Authorization": f"Bearer {root.secret}"}

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def judge(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers)

    judge()
