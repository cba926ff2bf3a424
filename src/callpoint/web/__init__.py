"""The pages: what an administrator sees of people, decisions and calls.

Django loads this package as an application, so nothing here may import a model.
"""

from callpoint.web.process import WebConfig, main

__all__ = ["WebConfig", "main"]
