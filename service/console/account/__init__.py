"""Logging in, and what somebody proves with that it is they: allauth's ways, on pages of ours."""
