"""Reading history: queries by zoom, gaps, facts."""
