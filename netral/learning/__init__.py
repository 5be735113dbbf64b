"""What people did: editions, periods, enrolments, progress, attempts."""
