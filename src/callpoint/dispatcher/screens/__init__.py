"""Screens: Onsite (`/onsite/`) and the live board (`/board/`), fed from the dispatcher's own journal.

Nothing here asks the central database or the pages: who may look stands in the alert plans of the snapshot, what there
is to see stands in `dispatcher/journal.db`.
"""
