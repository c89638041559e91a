from django.apps import AppConfig


class EditionsConfig(AppConfig):
    name = "service.editions"
    label = "editions"
    default_auto_field = "django.db.models.BigAutoField"
