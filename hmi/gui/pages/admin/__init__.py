"""Sections and parts of the Administration page."""
