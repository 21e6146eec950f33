"""The facade, answered in the station's own process."""
