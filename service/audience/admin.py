"""Readers as the desk may see them: by what they chose, never by address."""

from django.contrib import admin

from service.toolbox.admin import ReadOnly

from .models import Subscriber


@admin.register(Subscriber)
class SubscriberAdmin(ReadOnly):
    list_display = ["__str__", "language", "wants", "status", "created"]
    list_filter = ["status", "language", "wants"]
    fields = ["language", "wants", "status", "created", "confirmed"]
