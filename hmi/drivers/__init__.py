"""The PLC side: one folder per protocol behind one contract."""
