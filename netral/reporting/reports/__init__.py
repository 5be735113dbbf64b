"""Every report in a file of its own, with its reading and its Indonesian heads and notes."""
