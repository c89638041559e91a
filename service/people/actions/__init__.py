"""Who is here, and what they did."""
