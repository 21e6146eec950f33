"""What stations let the central server remember of their audit trails, so that a cut at the station is found."""
