"""The one place where Django is started, for the commands and processes that need it.

Models can only be imported after `django.setup()`, so what works with them is named and imported here, afterwards.
"""

import importlib
import os
from typing import Any

from callpoint.directory.boot import start_django
from callpoint.ops.config import Config


def with_django(config: Config, target: str, *arguments: Any, **named: Any) -> Any:
    """Starts Django for this installation and calls `target` (`module:function`) with the arguments given."""
    os.environ |= environment_for(config)
    start_django(config.data, config.database_url)
    module, _, function = target.partition(":")
    return getattr(importlib.import_module(module), function)(*arguments, **named)


def environment_for(config: Config) -> dict[str, str]:
    """What `django_settings` reads besides the data directory and the database."""
    cookies = "1" if config.secure_cookies else "0"
    return {"CALLPOINT_HOSTS": ",".join(config.hosts), "CALLPOINT_SECURE_COOKIES": cookies}
