"""Articles have a place in an archive page, not pages a stretch of time; what is there already is open."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

OPEN = """
INSERT INTO feeds_archiveentry (article_id, language, page_id)
SELECT id, language, NULL FROM content_article WHERE first_seen IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0002_withheld_names"),
        ("feeds", "0002_archives_polls_push"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="archivepage", name="archive_page_start"),
        migrations.RemoveField(model_name="archivepage", name="start"),
        migrations.RemoveField(model_name="archivepage", name="end"),
        migrations.AddField(
            model_name="archivepage",
            name="closed_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="ArchiveEntry",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="archived",
                        serialize=False,
                        to="content.article",
                    ),
                ),
                ("language", models.CharField(max_length=10)),
                (
                    "page",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="feeds.archivepage",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "archive entries",
                "indexes": [
                    models.Index(condition=models.Q(("page", None)), fields=["language"], name="archive_entry_open")
                ],
            },
        ),
        migrations.RunSQL(OPEN, migrations.RunSQL.noop),
    ]
