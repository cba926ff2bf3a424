"""Callpoint: a self-hosted Enhanced 911 service for the US and Canada."""

__version__ = "0.1.0"
