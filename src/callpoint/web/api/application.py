"""The interface put together."""

from collections.abc import Sequence
from typing import Any, Final

from ninja import NinjaAPI
from ninja.errors import ValidationError, ValidationErrorContext

from callpoint.web.api import faults
from callpoint.web.api.body_parser import StrictParser
from callpoint.web.api.door import Endpoint
from callpoint.web.api.resources import (
    addresses,
    administrators,
    alerts_coverage,
    alerts_deliveries,
    alerts_groups,
    alerts_provider_templates,
    alerts_recipients,
    alerts_subscriptions,
    alerts_templates,
    audit,
    buildings,
    calls,
    homes,
    imports,
    locations,
    monitoring,
    organizations,
    people,
    people_batch,
    provider,
    provider_access,
    provider_trunks,
    readiness,
    screens,
    sign_on,
    tokens,
    trunks,
)

VERSION: Final = "1.0.0"
ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    people.endpoint,
    people_batch.endpoint,
    homes.endpoint,
    readiness.endpoint,
    buildings.endpoint,
    locations.endpoint,
    addresses.endpoint,
    imports.endpoint,
    trunks.endpoint,
    calls.endpoint,
    alerts_recipients.endpoint,
    alerts_groups.endpoint,
    alerts_subscriptions.endpoint,
    alerts_templates.endpoint,
    alerts_coverage.endpoint,
    alerts_deliveries.endpoint,
    screens.endpoint,
    monitoring.endpoint,
    audit.endpoint,
    organizations.endpoint,
    administrators.endpoint,
    sign_on.endpoint,
    tokens.endpoint,
    provider.endpoint,
    provider_trunks.endpoint,
    alerts_provider_templates.endpoint,
    provider_access.endpoint,
)
"""In this order the description shows them."""
ABOUT: Final = """\
Everything an administrator does in the portal, for programs.

**Token.** Send `Authorization: Bearer cp_…`. Tokens are made on the page *API tokens*; each may do what its scopes
say, and never more than the account that made it may do that day. Each operation names the scope it needs.

**Errors** are problem documents (RFC 9457), `application/problem+json`: `type` leads to a page that says what to do,
`errors` lists single fields.

**Collections** come in pages of up to 500: follow `next` until it is null. Nothing is shown twice or left out when
others write meanwhile.

**Writing safely.** Send a new `Idempotency-Key` with each write: sent again, it is answered again and not done again
(for 24 hours). Send the `ETag` of what you have read in `If-Match`: if somebody has changed it since, nothing is
written. Without If-Match the last one wins; with it nobody's work is lost, so it is recommended.
"""


class Interface(NinjaAPI):
    """ninja's, with our own words for what is wrong in a request."""

    def validation_error_from_error_contexts(
        self, error_contexts: Sequence[ValidationErrorContext[Any]]
    ) -> ValidationError:
        found: Any = list(faults.field_errors(error_contexts))
        return ValidationError(found)


def _put_together() -> Interface:
    made = Interface(
        title="Callpoint",
        version=VERSION,
        description=ABOUT,
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
        parser=StrictParser(),
        openapi_extra={"tags": [{"name": one.tag, "description": one.about} for one in ENDPOINTS if one.about]},
    )
    faults.handle(made)
    for endpoint in ENDPOINTS:
        made.add_router("", endpoint.router)
    return made


interface: Final = _put_together()
