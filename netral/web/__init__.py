"""The edge: the only place that knows Flask, commits, and speaks Indonesian to people."""
