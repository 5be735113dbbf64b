"""The exam itself, pure: kinds of question, grading, drawing a paper."""
