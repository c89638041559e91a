"""Who did what and who may log in, to look at: both are changed at the desk alone."""

from django.contrib import admin
from django.contrib.auth.models import User

from service.toolbox.admin import ReadOnly

from .models import Deed, Invitation, Person


@admin.register(Deed)
class DeedAdmin(ReadOnly):
    list_display = ["at", "by", "what", "about", "noted", "outcome"]
    list_filter = ["by", "what", "outcome"]
    search_fields = ["about", "noted"]
    date_hierarchy = "at"
    fields = ["at", "by", "what", "about", "noted", "outcome", "asked", "previous", "digest"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnly):
    list_display = ["email", "role", "by", "at"]
    list_filter = ["role"]
    fields = ["email", "role", "by", "at"]


@admin.register(Person)
class PersonAdmin(ReadOnly):
    list_display = ["user", "seen_on"]
    search_fields = ["user__username"]


@admin.register(User)
class UserAdmin(ReadOnly):
    list_display = ["username", "email", "is_active", "is_superuser"]
    list_filter = ["is_active", "groups"]
    search_fields = ["username", "email"]
    fields = ["username", "email", "is_active", "is_superuser", "groups", "date_joined"]
