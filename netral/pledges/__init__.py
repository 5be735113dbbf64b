"""The ikrar: its versions and signatures."""
