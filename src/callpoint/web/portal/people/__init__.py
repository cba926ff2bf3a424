"""The people who may dial."""
