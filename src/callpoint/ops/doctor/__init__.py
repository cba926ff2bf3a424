"""`callpoint doctor`: what is wrong with an installation, and the remedy.

A theme is one file: the kinds of finding it can make (`FindingKind`, the source of `docs/doctor.md`) and its checks,
small functions that yield findings. `themes` lists them, `check` runs them side by side, each within its time.
Nothing here changes the installation that is looked at.
"""
