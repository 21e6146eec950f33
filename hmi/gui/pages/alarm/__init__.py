"""Parts of the Alarms page: tables, detail, journal, charts."""
