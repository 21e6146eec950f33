"""The pages of the window; `registry.py` lists them."""
