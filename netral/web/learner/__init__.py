"""The pages of a learner: tasks, modules, exam, ikrar."""
