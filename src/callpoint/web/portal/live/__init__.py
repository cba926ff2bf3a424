"""The way from the pages to the live board."""
