"""Django's own mails, such as a new password's, leave through the outbox like any other message."""

from collections.abc import Sequence
from uuid import uuid4

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from service.newsroom.current import newsroom
from service.toolbox import clock
from service.toolbox.errors import ServiceError

from .actions.plan import keep_address, post
from .rules.compiled import Envelope


class OutboxBackend(BaseEmailBackend):
    """The EMAIL_BACKEND. Each recipient gets a message of their own, from the newsroom, whatever sender
    the mail names; copies are blind."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """All of them or none. Returns how many were queued; what becomes of them, the messages' rows tell."""
        try:
            with transaction.atomic():
                for mail in email_messages:
                    _post(mail)
        except ServiceError:
            if self.fail_silently:
                return 0
            raise
        return len(email_messages)


def _post(mail: EmailMessage) -> None:
    """Somebody asked for it a moment ago, so it reaches also whoever has left the newsletter."""
    html, house = _html(mail), newsroom()
    reply_to = ", ".join(mail.reply_to) or house.editors
    envelope = Envelope(house.name, house.from_address, str(mail.subject), reply_to=reply_to, bounces=house.bounces)
    for recipient in dict.fromkeys(mail.recipients()):
        address = keep_address(recipient)
        post(f"django:{uuid4().hex}", address, envelope, html, str(mail.body), clock.now(), asked_for=True)


def _html(mail: EmailMessage) -> str:
    """The alternative in HTML, or "". Raises ServiceError for what a letter can't hold."""
    others = mail.alternatives if isinstance(mail, EmailMultiAlternatives) else []
    if mail.attachments or len(others) > 1 or any(kind != "text/html" for _, kind in others):
        raise ServiceError("A mail with attachments can't be queued. Put a link into its text.")
    if mail.content_subtype != "plain":
        raise ServiceError("A mail in HTML alone can't be queued. Give it a text, and the HTML as its alternative.")
    return str(others[0][0]) if others else ""
