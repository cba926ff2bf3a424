"""An organization's first page, and the first page of all: how ready everybody is, what to do next, latest calls."""
