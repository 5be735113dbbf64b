"""A file of people: read, plan, preview, apply, undo, and the periods that follow it."""
