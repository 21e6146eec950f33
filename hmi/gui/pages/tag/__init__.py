"""Parts of the Tags page: the virtual table and the detail of one tag."""
