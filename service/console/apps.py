from django.contrib.admin.apps import AdminConfig


class RawRecordsConfig(AdminConfig):
    """Django's admin, behind the desk's door."""

    default_site = "service.console.raw.RawRecords"
