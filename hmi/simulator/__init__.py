"""The simulated plant: real Modbus TCP and OPC UA servers in front of plausible machines; also replays recordings."""
