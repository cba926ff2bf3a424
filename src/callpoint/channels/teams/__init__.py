"""Microsoft Teams: an Adaptive Card by an incoming webhook (a workflow's, or an older connector's)."""
