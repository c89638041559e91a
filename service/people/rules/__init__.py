"""Who may do what. Plain Python."""
