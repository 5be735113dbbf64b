"""What is sent to people outside: reminders and, later, letters. It stands above reporting, which says who is due."""
