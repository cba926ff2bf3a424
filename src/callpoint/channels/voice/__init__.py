"""Phone calls: the node calls somebody, reads the alert to them, and takes a key for an answer."""
