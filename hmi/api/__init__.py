"""The station's HTTP face on the facade: health, metrics, REST (`contract.md` 7)."""
