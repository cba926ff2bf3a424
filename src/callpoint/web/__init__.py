"""The pages: what an administrator sees of people, decisions and calls."""
