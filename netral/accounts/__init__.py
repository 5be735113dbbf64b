"""Users, roles and their scope, passwords and codes, sessions, limits."""
