"""Webhooks: the alert as signed JSON, for whatever an organization's systems want to do with it."""
