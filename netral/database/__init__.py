"""Tables, engines and the writers of one process."""
