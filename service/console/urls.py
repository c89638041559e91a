"""The desk's addresses, page by page."""

from django.urls import path

from . import lists, reader, readers, today

app_name = "console"
urlpatterns = [
    path("", today.today, name="today"),
    path("language", today.speak, name="speak"),
    path("style.css", today.style, name="style"),
    path("console.js", today.script, name="script"),
    path("readers/", readers.readers, name="readers"),
    path("readers/domain", readers.domain_decide, name="domain_decide"),
    path("readers/comments/", readers.comments, name="comments"),
    path("readers/comments/<uuid:pk>/delete", readers.comment_delete, name="comment_delete"),
    path("readers/one", reader.reader, name="reader"),
    path("readers/one/export", reader.reader_export, name="reader_export"),
    path("readers/one/erase", reader.reader_erase, name="reader_erase"),
    path("readers/import/", lists.list_import, name="list_import"),
    path("readers/import/take", lists.list_take, name="list_take"),
    path("readers/export", lists.list_export, name="list_export"),
]
