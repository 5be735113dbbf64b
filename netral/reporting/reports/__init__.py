"""Every report in a file of its own: what it reads, and the Indonesian heads and notes that it is told with."""
