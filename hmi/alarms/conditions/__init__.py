"""One file per alarm type: when is the raw condition true. Pure; delays, latching and states are the engine's."""
