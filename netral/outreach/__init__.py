"""Messages to people: reminders and, later, letters. It stands above reporting, which says who is due."""
