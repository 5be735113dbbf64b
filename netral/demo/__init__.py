"""A filled example: fictitious people in a fictitious kabupaten, made by the ordinary services."""
