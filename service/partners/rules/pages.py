"""At whose site a page stands."""


def is_at(host: str, domain: str) -> bool:
    """That domain itself, or below it."""
    host, domain = host.lower().removeprefix("www."), domain.lower().removeprefix("www.")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))
