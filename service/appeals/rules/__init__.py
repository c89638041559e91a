"""What is asked for, when, of whom, and what came of it: decided from values. Plain Python."""
