"""What a front end may call and receive: protocols and plain data."""
