"""The portal: imports, tokens, readiness, single sign-on, and the hash chain of changes."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from callpoint.directory.models.chain import COVERED, START, chain_of, digest

ROWS_AT_ONCE = 1000


def seal_what_is_there(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Changes made before there was a chain are chained in the order they were written."""
    changes = apps.get_model("directory", "Change")._base_manager
    heads: dict[int, tuple[int, str]] = {}
    last = 0
    while rows := list(changes.filter(pk__gt=last).order_by("pk")[:ROWS_AT_ONCE]):
        for row in rows:
            row.chain = chain_of(row.organization_id)
            number, previous = heads.get(row.chain, (0, START))
            row.number, row.previous = number + 1, previous
            row.digest = digest({name: getattr(row, name) for name in COVERED})
            heads[row.chain] = (row.number, row.digest)
        changes.bulk_update(rows, ["chain", "number", "previous", "digest"])
        last = rows[-1].pk
    head = apps.get_model("directory", "ChainHead")
    head.objects.bulk_create([head(chain=chain, number=number, digest=end) for chain, (number, end) in heads.items()])


class Migration(migrations.Migration):
    dependencies = [
        ("directory", "0002_mapping"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("start", models.CharField(max_length=16)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("scopes", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField(null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("chain", models.BigIntegerField(primary_key=True, serialize=False)),
                ("number", models.BigIntegerField(default=0)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="ColumnMapping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("users", "Users"), ("locations", "Locations")], max_length=16)),
                ("headers", models.CharField(max_length=64)),
                ("mapping", models.JSONField(default=dict)),
                ("used_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=64)),
                ("key", models.CharField(max_length=200)),
                ("request", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(blank=True, default="")),
                ("created_at", models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("users", "Users"), ("locations", "Locations")], max_length=16)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploaded", "Uploaded"),
                            ("comparing", "Comparing"),
                            ("compared", "Compared"),
                            ("applying", "Applying"),
                            ("applied", "Applied"),
                            ("undoing", "Undoing"),
                            ("undone", "Undone"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="uploaded",
                        max_length=16,
                    ),
                ),
                ("file_name", models.CharField(max_length=255)),
                ("bytes", models.BigIntegerField(default=0)),
                ("sha256", models.CharField(blank=True, default="", max_length=64)),
                ("mapping", models.JSONField(default=dict)),
                ("options", models.JSONField(default=dict)),
                ("counts", models.JSONField(default=dict)),
                ("trouble", models.CharField(blank=True, default="", max_length=500)),
                ("by", models.CharField(max_length=254)),
                ("origin", models.CharField(blank=True, default="", max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("state_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("applied_at", models.DateTimeField(null=True)),
                ("undone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Readiness",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="readiness",
                        serialize=False,
                        to="directory.person",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "Ready"),
                            ("area_only", "Area Only"),
                            ("unconfirmed", "Unconfirmed"),
                            ("no_callback", "No Callback"),
                            ("no_psap", "No Psap"),
                            ("no_location", "No Location"),
                            ("inactive", "Inactive"),
                        ],
                        max_length=16,
                    ),
                ),
                ("psap", models.CharField(blank=True, default="", max_length=255)),
                ("why", models.CharField(blank=True, default="", max_length=255)),
                ("tested_at", models.DateTimeField(null=True)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("computed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="ReadinessState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.BigIntegerField(null=True)),
                ("calls_seen", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(default="people", max_length=16)),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(blank=True, default="", max_length=1000)),
            ],
        ),
        migrations.CreateModel(
            name="SignOnProvider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("kind", models.CharField(choices=[("oidc", "OpenID Connect"), ("saml", "SAML")], max_length=8)),
                ("settings", models.JSONField(default=dict)),
                ("email_domains", models.JSONField(default=list)),
                ("required", models.BooleanField(default=False)),
                ("enabled", models.BooleanField(default=True)),
                (
                    "new_role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("provider_administrator", "Provider Administrator"),
                            ("organization_administrator", "Organization Administrator"),
                            ("security", "Security"),
                            ("auditor", "Auditor"),
                        ],
                        default="",
                        max_length=32,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Welcome",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="welcome",
                        serialize=False,
                        to="directory.person",
                    ),
                ),
                ("address", models.CharField(max_length=254)),
                ("sent_at", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField(null=True)),
                ("trouble", models.CharField(blank=True, default="", max_length=255)),
            ],
        ),
        migrations.AddField(
            model_name="account",
            name="created_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="account",
            name="language",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
        migrations.AddField(
            model_name="account",
            name="must_change_password",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="change",
            name="chain",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="change",
            name="digest",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="change",
            name="number",
            field=models.BigIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="change",
            name="origin",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="change",
            name="previous",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="location",
            name="elin",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="organization",
            name="stale_after_days",
            field=models.PositiveSmallIntegerField(default=180),
        ),
        migrations.AddField(
            model_name="organization",
            name="test_every_days",
            field=models.PositiveSmallIntegerField(default=365),
        ),
        migrations.AddField(
            model_name="organization",
            name="welcome_people",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="organization",
            name="welcome_since",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="provider",
            name="second_factor_required",
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name="change",
            name="action",
            field=models.CharField(
                choices=[("created", "Created"), ("changed", "Changed"), ("deleted", "Deleted"), ("noted", "Noted")],
                max_length=7,
            ),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.UniqueConstraint(
                condition=models.Q(("elin", ""), _negated=True),
                fields=("organization", "elin"),
                name="location_elin_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.CheckConstraint(
                condition=models.Q(("elin", ""), ("elin__regex", "^\\+1[2-9][0-9]{9}\\Z"), _connector="OR"),
                name="location_elin_e164",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="organization",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
            ),
        ),
        migrations.AddField(
            model_name="columnmapping",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="idempotencykey",
            constraint=models.UniqueConstraint(fields=("owner", "key"), name="idempotency_key_once"),
        ),
        migrations.AddField(
            model_name="importrun",
            name="account",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="importrun",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
            ),
        ),
        migrations.AddField(
            model_name="change",
            name="import_run",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.importrun"
            ),
        ),
        migrations.RunPython(seal_what_is_there, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.UniqueConstraint(fields=("chain", "number"), name="change_number"),
        ),
        migrations.AddField(
            model_name="readiness",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.organization"
            ),
        ),
        migrations.AddField(
            model_name="savedfilter",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="savedfilter",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.organization"
            ),
        ),
        migrations.AddField(
            model_name="signonprovider",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
            ),
        ),
        migrations.AddField(
            model_name="welcome",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="directory.organization"
            ),
        ),
        migrations.AddConstraint(
            model_name="columnmapping",
            constraint=models.UniqueConstraint(fields=("organization", "kind", "headers"), name="column_mapping_once"),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(fields=["organization", "-created_at"], name="import_latest"),
        ),
        migrations.AddIndex(
            model_name="importrun",
            index=models.Index(fields=["state"], name="import_work"),
        ),
        migrations.AddIndex(
            model_name="readiness",
            index=models.Index(fields=["organization", "state", "tested_at", "confirmed_at"], name="readiness_count"),
        ),
        migrations.AddConstraint(
            model_name="savedfilter",
            constraint=models.UniqueConstraint(
                fields=("organization", "account", "page", "name"), name="saved_filter_once"
            ),
        ),
    ]
