from django.contrib import admin

from .models import Campaign, Wording


class WordingInline(admin.TabularInline[Wording, Campaign]):
    model = Wording
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(admin.ModelAdmin[Campaign]):
    list_display = ["name", "placement", "starts", "ends", "goal", "currency"]
    list_filter = ["placement"]
    search_fields = ["name", "slug"]
    inlines = [WordingInline]
