"""What the interface serves: one file for each kind of thing, its documents beside the functions that answer."""
