from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('delivery', '0003_final_counts'),
    ]

    operations = [
        migrations.AddField(
            model_name='rendition',
            name='salts',
            field=models.JSONField(default=dict),
        ),
    ]
