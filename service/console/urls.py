"""The desk's addresses, page by page."""

from django.urls import path

from . import articles, editions, feed, feeds, names, rehearsal, today

app_name = "console"
urlpatterns = [
    path("", today.today, name="today"),
    path("language", today.speak, name="speak"),
    path("style.css", today.style, name="style"),
    path("console.js", today.script, name="script"),
    path("editions/", editions.editions, name="editions"),
    path("schedule/", editions.schedule, name="schedule"),
    path("schedule/<slug:language>", editions.reschedule, name="reschedule"),
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
    path("articles/", articles.articles, name="articles"),
    path("articles/names/", names.names, name="names"),
    path("articles/names/<str:slug>/", names.name, name="name"),
    path("articles/names/<str:slug>/remove", names.remove, name="name_remove"),
    path("articles/names/<str:slug>/restore", names.restore, name="name_restore"),
    path("articles/<uuid:key>/", articles.article, name="article"),
    path("articles/<uuid:key>/correct", articles.correct, name="article_correct"),
    path("articles/<uuid:key>/ask", articles.ask, name="article_ask"),
    path("articles/<uuid:key>/withdraw/", articles.withdrawing, name="article_withdrawing"),
    path("articles/<uuid:key>/kill", articles.kill, name="article_withdraw"),
    path("articles/<uuid:key>/restore", articles.restore, name="article_restore"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/waiting", feeds.decide, name="feeds_decide"),
    path("feeds/aside/<int:pk>", feeds.retry, name="feeds_retry"),
    path("feeds/broken/<int:pk>", feeds.rewrite, name="feeds_rewrite"),
    path("feeds/sources/<slug:slug>", feeds.read, name="feeds_read"),
    path("feeds/<int:pk>/", feed.feed, name="feed"),
    path("feeds/<int:pk>/ending/", feed.ending, name="feed_ending"),
    path("feeds/<int:pk>/close", feed.close, name="feed_close"),
    path("feeds/<int:pk>/move", feed.move, name="feed_move"),
    path("feeds/<int:pk>/reopen", feed.reopen, name="feed_reopen"),
]
