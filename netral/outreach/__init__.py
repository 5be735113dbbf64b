"""Messages to people: reminders and, later, letters. It stands above reporting, which lists the unfinished people."""
