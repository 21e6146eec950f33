"""What stations and the central server exchange: batches, their encoding, epochs and sequence numbers."""
