from django.contrib import admin

from .models import Appeal


@admin.register(Appeal)
class AppealAdmin(admin.ModelAdmin[Appeal]):
    list_display = ["text", "language", "placement", "weight", "starts", "ends"]
    list_filter = ["language", "placement"]
