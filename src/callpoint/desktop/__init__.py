"""Programs for people's own computers. They know the public HTTP API and nothing else of Callpoint."""
