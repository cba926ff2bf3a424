"""Joins the parts into programs: command line, configuration, supervisor. Nothing below imports this."""
