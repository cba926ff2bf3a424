"""The central directory: who may dial, where they are, and which call center answers for that place."""
