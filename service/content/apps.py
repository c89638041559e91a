from django.apps import AppConfig


class ContentConfig(AppConfig):
    name = "service.content"
    label = "content"
    verbose_name = "Content store"
    default_auto_field = "django.db.models.BigAutoField"
