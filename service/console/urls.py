"""The desk's addresses, page by page."""

from django.urls import path

from . import editions, lists, reader, readers, rehearsal, today

app_name = "console"
urlpatterns = [
    path("", today.today, name="today"),
    path("language", today.speak, name="speak"),
    path("style.css", today.style, name="style"),
    path("console.js", today.script, name="script"),
    path("editions/", editions.editions, name="editions"),
    path("editions/<slug:slug>/", editions.edition, name="edition"),
    path("editions/<slug:slug>/letter.<str:format>", editions.letter, name="edition_letter"),
    path("editions/<slug:slug>/preview", editions.preview, name="edition_preview"),
    path("editions/<slug:slug>/rehearsal", rehearsal.rehearsal, name="edition_rehearsal"),
    path("editions/<slug:slug>/rehearsal/links", rehearsal.links, name="edition_links"),
    path("editions/<slug:slug>/rehearsal/spam", rehearsal.spam, name="edition_spam"),
    path("editions/<slug:slug>/translations", editions.translations, name="edition_translations"),
    path("editions/<slug:slug>/pause", editions.pause, name="edition_pause"),
    path("editions/<slug:slug>/resume", editions.resume, name="edition_resume"),
    path("editions/<slug:slug>/stop", editions.stop, name="edition_stop"),
    path("editions/<slug:slug>/test", editions.test, name="edition_test"),
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
