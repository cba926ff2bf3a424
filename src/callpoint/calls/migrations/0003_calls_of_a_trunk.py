"""The last call of a trunk is found at once, however many calls others have."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0002_strangers"),
        ("directory", "0003_portal"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="callrecord",
            index=models.Index(fields=["trunk", "-started_at"], name="call_of_trunk"),
        ),
    ]
