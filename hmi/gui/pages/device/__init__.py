"""Parts of the Devices page: words about a link, table, availability."""
