"""Painters shared by widgets and table delegates: each paints one struct into a rectangle."""
