"""NG9-1-1 documents as values: what goes with an emergency call. Strict writers, lenient readers, no I/O."""
