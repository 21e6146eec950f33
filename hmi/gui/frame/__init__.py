"""The permanent frame: alarm banner, rail, user area, status line."""
