"""Those who were turned away at the node."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Stranger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(blank=True, default="", max_length=64)),
                ("transport", models.CharField(blank=True, default="", max_length=8)),
                ("method", models.CharField(blank=True, default="", max_length=32)),
                ("digest_username", models.CharField(blank=True, default="", max_length=120)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("unknown_source", "Unknown Source"),
                            ("no_credentials", "No Credentials"),
                            ("unknown_user", "Unknown User"),
                            ("wrong_password", "Wrong Password"),
                        ],
                        max_length=16,
                    ),
                ),
                ("uri", models.CharField(blank=True, default="", max_length=128)),
                ("user_agent", models.CharField(blank=True, default="", max_length=128)),
                ("certificate_names", models.JSONField(default=list)),
                ("count", models.PositiveBigIntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "transport", "method", "digest_username", "why"), name="stranger_once"
                    )
                ],
            },
        ),
    ]
