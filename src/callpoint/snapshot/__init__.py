"""What a node keeps on its own disk: its copy of the directory (`store`) and its journal of facts (`journal`).

Both are SQLite files that need nobody else, so that a 911 call never waits for anything but the node itself.
"""
