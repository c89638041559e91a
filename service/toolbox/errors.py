"""The one root of every error that a person may read."""


class ServiceError(Exception):
    """Its text is a sentence: what is so, and what to do about it. Doors show it unchanged."""
