import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="MappingState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Remapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("superseded", models.BooleanField(default=False)),
                ("why", models.CharField(max_length=254)),
                ("as_of", models.DateTimeField()),
                ("boundary_sets", models.JSONField(default=list)),
                ("address_sets", models.JSONField(default=list)),
                ("judged", models.BooleanField(default=False)),
                ("cursor", models.BigIntegerField(default=0)),
                ("examined", models.BigIntegerField(default=0)),
                ("changed", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name="address",
            name="accuracy",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
        migrations.AddField(
            model_name="organization",
            name="ecrf_url",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AddField(
            model_name="psap",
            name="source",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AddField(
            model_name="psap",
            name="source_id",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AlterField(
            model_name="address",
            name="psap_source",
            field=models.CharField(blank=True, default="", max_length=255),
        ),
        migrations.AlterField(
            model_name="psap",
            name="name",
            field=models.CharField(max_length=255, unique=True),
        ),
        migrations.AlterField(
            model_name="target",
            name="name",
            field=models.CharField(max_length=255),
        ),
        migrations.CreateModel(
            name="LostMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("url", models.CharField(max_length=255)),
                ("question", models.CharField(blank=True, default="", max_length=64)),
                ("uris", models.JSONField(default=list)),
                ("display_name", models.CharField(blank=True, default="", max_length=120)),
                ("service_number", models.CharField(blank=True, default="", max_length=32)),
                ("source", models.CharField(blank=True, default="", max_length=255)),
                ("source_id", models.CharField(blank=True, default="", max_length=255)),
                ("expires", models.DateTimeField(null=True)),
                ("looked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("ask_again_at", models.DateTimeField(db_index=True)),
                ("failures", models.PositiveIntegerField(default=0)),
                ("trouble", models.CharField(blank=True, default="", max_length=255)),
                (
                    "address",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lost_mapping", to="directory.address"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.organization"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RemappedAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("psap", "Psap"),
                            ("verdict", "Verdict"),
                            ("not_confirmed", "no longer confirmed"),
                            ("doubted", "not found"),
                        ],
                        max_length=16,
                    ),
                ),
                ("before", models.CharField(max_length=255)),
                ("after", models.CharField(max_length=255)),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.address"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
                    ),
                ),
                (
                    "remapping",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="directory.remapping"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("remapping", "address", "what"), name="remapped_once")],
            },
        ),
    ]
