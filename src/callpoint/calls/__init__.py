"""Call records, made only from the facts in a node's journal."""
