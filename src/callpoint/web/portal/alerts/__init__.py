"""Who is told of a 911 call, in which words, and what came of it."""
