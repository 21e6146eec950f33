"""The server that stations ship their metrics and backups to; a program of its own."""
