"""The only place that builds the parts, starts and stops them in order, and implements the facade."""
