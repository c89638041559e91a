"""What whoever subscribes is told beside the button, and agrees to by pressing it."""

from django.utils.translation import gettext


def terms() -> list[str]:
    """In the language that is active."""
    return [
        gettext("We then send you one letter with a link. Only when you open it and confirm are you subscribed."),
        gettext(
            "We keep your address (encrypted), what you chose and when. Nothing in our letters tells us whether you "
            "open them or what you click. This page sets no cookie."
        ),
    ]
