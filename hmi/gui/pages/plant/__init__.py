"""What the Overview, Line and OEE pages share: views derived from the configuration, feeds, and struct builders."""
