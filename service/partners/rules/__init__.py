"""Decisions about partners as plain values: keys, who is let in, what a filter selects."""
