"""What is kept: journal, chunks, roll-ups, gaps, queries, export."""
