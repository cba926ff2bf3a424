"""Clients whose owners have just proved who they are, as pages ask for that could let somebody in."""

import time

from django.test import Client


def proven(client: Client) -> Client:
    """The client, as if its owner had typed the password a moment ago."""
    session = client.session
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session.save()
    return client
