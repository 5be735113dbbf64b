"""The exam itself, in pure functions: kinds of question, grading, drawing a paper."""
