"""Sentences of parts that speak English only, said in the language of a page."""
