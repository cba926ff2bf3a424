import django.core.serializers.json
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("directory", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("journal", models.CharField(max_length=64, unique=True)),
                ("seq", models.BigIntegerField(default=0)),
                ("last_at", models.CharField(blank=True, default="", max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="CallRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("call_id", models.CharField(max_length=128, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("decided", "Decided"),
                            ("dialling", "Dialling"),
                            ("answered", "Answered"),
                            ("ended", "Ended"),
                            ("refused", "Refused"),
                        ],
                        default="received",
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("service", models.CharField(blank=True, default="", max_length=16)),
                ("dialled", models.CharField(blank=True, default="", max_length=128)),
                ("identity", models.CharField(blank=True, default="", max_length=128)),
                ("identity_source", models.CharField(blank=True, default="", max_length=128)),
                ("trunk", models.CharField(blank=True, default="", max_length=128)),
                ("source", models.CharField(blank=True, default="", max_length=128)),
                ("sip_call_id", models.CharField(blank=True, default="", max_length=255)),
                ("incident_id", models.CharField(blank=True, default="", max_length=128)),
                ("person", models.CharField(blank=True, default="", max_length=200)),
                ("callback_number", models.CharField(blank=True, default="", max_length=32)),
                ("location", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ("location_source", models.CharField(blank=True, default="", max_length=128)),
                ("psap", models.CharField(blank=True, default="", max_length=128)),
                ("targets", models.JSONField(default=list)),
                ("reasons", models.JSONField(default=list)),
                ("notified", models.JSONField(default=list)),
                ("unregistered", models.BooleanField(default=False)),
                ("cost", models.CharField(blank=True, default="", max_length=16)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answered_by", models.CharField(blank=True, default="", max_length=128)),
                ("setup_ms", models.FloatField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("ended_by", models.CharField(blank=True, default="", max_length=32)),
                ("why_ended", models.CharField(blank=True, default="", max_length=255)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("talked_seconds", models.FloatField(null=True)),
                (
                    "read_back",
                    models.CharField(
                        blank=True,
                        choices=[("confirmed", "Confirmed"), ("reported_wrong", "Reported Wrong")],
                        default="",
                        max_length=16,
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Misdial",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("journal", models.CharField(max_length=64)),
                ("seq", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("dialled", models.CharField(blank=True, default="", max_length=128)),
                ("identity", models.CharField(blank=True, default="", max_length=128)),
                ("trunk", models.CharField(blank=True, default="", max_length=128)),
                ("treated_as", models.CharField(blank=True, default="", max_length=8)),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Step",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("journal", models.CharField(max_length=64)),
                ("seq", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=32)),
                ("data", models.JSONField(default=dict)),
                (
                    "call",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="calls.callrecord"
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                    ),
                ),
            ],
            options={
                "ordering": ["seq"],
            },
        ),
        migrations.CreateModel(
            name="Alarm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("journal", models.CharField(max_length=64)),
                ("seq", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("alarm", models.CharField(blank=True, default="", max_length=64)),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("cleared_at", models.DateTimeField(null=True)),
                (
                    "organization",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.organization",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("journal", "seq"), name="alarm_once")],
            },
        ),
        migrations.AddIndex(
            model_name="callrecord",
            index=models.Index(fields=["organization", "-started_at"], name="call_latest"),
        ),
        migrations.AddConstraint(
            model_name="misdial",
            constraint=models.UniqueConstraint(fields=("journal", "seq"), name="misdial_once"),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.UniqueConstraint(fields=("journal", "seq"), name="step_once"),
        ),
    ]
