"""The desk's addresses, page by page."""

from django.urls import path

from . import today

app_name = "console"
urlpatterns = [
    path("", today.today, name="today"),
    path("language", today.speak, name="speak"),
    path("style.css", today.style, name="style"),
    path("console.js", today.script, name="script"),
]
