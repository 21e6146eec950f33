"""Widgets that paint one plain struct each; the structs are in `structs.py`, the classes in `registry.py`."""
