"""Who is told of what: recipients, groups, subscriptions, templates, screens, monitoring; and what became of it."""
