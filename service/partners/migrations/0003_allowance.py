import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('partners', '0002_notices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Allowance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('left', models.FloatField()),
                ('at', models.DateTimeField()),
                ('partner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='allowance', to='partners.partner')),
            ],
        ),
    ]
