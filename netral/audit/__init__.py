"""Hash-chained events: who did what, when."""
