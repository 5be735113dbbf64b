"""Work that goes on after the request that caused it: rows of our own database, claimed by `flask worker`."""
