"""Learning: editions are published, periods open, people read and sit the exam."""
