from typing import Any

from service.cli.verb import Verb
from service.content.models import Article
from service.editions.actions.draft import raise_alerts, why_no_alert
from service.toolbox import clock


class Command(Verb):
    help = "Draft an alert for each story that was just published."

    def act(self, **options: Any) -> str:
        now = clock.now()
        raised = raise_alerts(now)
        if raised:
            return "\n".join(drafted.sentence for drafted in raised)
        newest = Article.objects.published().order_by("-first_seen", "-id").first()
        why = f" {why_no_alert(newest, now)}" if newest else " There is no article yet."
        return f"Nothing to send: no story was just published.{why}"
