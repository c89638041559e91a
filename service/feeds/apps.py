from django.apps import AppConfig


class FeedsConfig(AppConfig):
    name = "service.feeds"
    label = "feeds"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from service.audience import retention

        from .retention import POLLS

        retention.also(POLLS)
