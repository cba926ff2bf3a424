"""Addresses of the US and Canada: what the words say, what a data set says of it, and an honest verdict."""
