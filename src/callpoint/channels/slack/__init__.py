"""Slack: blocks by an incoming webhook."""
