"""Values only: tags, samples, quality, alarms, equipment. Frozen, no I/O, no clock."""
