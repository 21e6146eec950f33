"""Trends: panes of one unit each on a common time axis, painted from plain structs."""
