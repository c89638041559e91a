from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0002_withheld_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='version',
            name='numbered_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name='article',
            index=models.Index(condition=models.Q(('status', 'published')), fields=['-published', '-id'], name='article_newest_of_all'),
        ),
        migrations.AddIndex(
            model_name='version',
            index=models.Index(condition=models.Q(('numbered_at', None)), fields=['id'], name='version_unnumbered'),
        ),
    ]
