"""What a partner's program is told, and how it knows that we told it.

The secret is derived from SECRET_KEY, the partner and the address, and stored nowhere. Another address is
another secret: to rotate it, change what follows `#` in the partner's hook address, which is not sent.
"""

import hmac

SIGNATURE = "Byline-Signature"


def secret(key: str, partner: str, url: str) -> str:
    """For the partner to keep. `key` is SECRET_KEY, `partner` its slug."""
    told = "\n".join(["byline.hook", partner, url])
    return f"byline_hook_{hmac.digest(key.encode(), told.encode(), 'sha256').hex()}"


def signature(secret: str, body: bytes, at: int) -> str:
    """`t=1764000000,v1=<hex>`: HMAC-SHA256 over `<t>.<body>`; `at` is in seconds since 1970, UTC. A receiver
    refuses a `t` that is more than five minutes away from its own clock."""
    mac = hmac.digest(secret.encode(), b"%d.%b" % (at, body), "sha256").hex()
    return f"t={at},v1={mac}"
