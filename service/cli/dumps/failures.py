"""What may go wrong with a dump."""

from service.toolbox.errors import ServiceError


class BadDump(ServiceError):
    """No dump came, or one that can't be restored."""
