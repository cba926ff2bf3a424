"""The interface for programs, REST at `/api/v1/`: docs/api.md tells how to use it.

A request passes in this order: `doorway` (errors of every kind become problem documents), `door` (token, rate, scope,
organization, form of the body), the resource's own function, and on the way out `conditional` and `idempotency`.
"""
