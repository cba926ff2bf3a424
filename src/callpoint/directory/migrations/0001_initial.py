import uuid
from decimal import Decimal

import django.core.serializers.json
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import callpoint.directory.models.transaction_id
import callpoint.directory.models.trunk


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True)),
                ("name", models.CharField(blank=True, default="", max_length=120)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Address",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(max_length=2)),
                ("a1", models.CharField(blank=True, default="", max_length=64)),
                ("a2", models.CharField(blank=True, default="", max_length=128)),
                ("a3", models.CharField(blank=True, default="", max_length=128)),
                ("a4", models.CharField(blank=True, default="", max_length=128)),
                ("a5", models.CharField(blank=True, default="", max_length=128)),
                ("a6", models.CharField(blank=True, default="", max_length=128)),
                ("prm", models.CharField(blank=True, default="", max_length=64)),
                ("prd", models.CharField(blank=True, default="", max_length=64)),
                ("stp", models.CharField(blank=True, default="", max_length=64)),
                ("rd", models.CharField(blank=True, default="", max_length=160)),
                ("sts", models.CharField(blank=True, default="", max_length=64)),
                ("pod", models.CharField(blank=True, default="", max_length=64)),
                ("pom", models.CharField(blank=True, default="", max_length=64)),
                ("rdsec", models.CharField(blank=True, default="", max_length=64)),
                ("rdbr", models.CharField(blank=True, default="", max_length=64)),
                ("rdsubbr", models.CharField(blank=True, default="", max_length=64)),
                ("hnp", models.CharField(blank=True, default="", max_length=64)),
                ("hno", models.CharField(blank=True, default="", max_length=64)),
                ("hns", models.CharField(blank=True, default="", max_length=64)),
                ("mp", models.CharField(blank=True, default="", max_length=64)),
                ("pn", models.CharField(blank=True, default="", max_length=64)),
                ("lmk", models.CharField(blank=True, default="", max_length=160)),
                ("loc", models.CharField(blank=True, default="", max_length=160)),
                ("flr", models.CharField(blank=True, default="", max_length=64)),
                ("nam", models.CharField(blank=True, default="", max_length=160)),
                ("pc", models.CharField(blank=True, default="", max_length=16)),
                ("bld", models.CharField(blank=True, default="", max_length=160)),
                ("unit", models.CharField(blank=True, default="", max_length=64)),
                ("room", models.CharField(blank=True, default="", max_length=64)),
                ("seat", models.CharField(blank=True, default="", max_length=64)),
                ("plc", models.CharField(blank=True, default="", max_length=64)),
                ("pcn", models.CharField(blank=True, default="", max_length=128)),
                ("pobox", models.CharField(blank=True, default="", max_length=64)),
                ("addcode", models.CharField(blank=True, default="", max_length=64)),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("unchecked", "Unchecked"),
                            ("valid", "Valid"),
                            ("valid_corrected", "Valid Corrected"),
                            ("ambiguous", "Ambiguous"),
                            ("area", "Area"),
                            ("invalid", "Invalid"),
                            ("refused", "Refused"),
                        ],
                        default="unchecked",
                        max_length=16,
                    ),
                ),
                ("dataset", models.CharField(blank=True, default="", max_length=120)),
                ("dataset_version", models.CharField(blank=True, default="", max_length=64)),
                ("elements", models.JSONField(default=dict)),
                ("chosen", models.JSONField(null=True)),
                ("psap_source", models.CharField(blank=True, default="", max_length=64)),
                ("updated_at", models.DateTimeField(auto_now=True)),
            ],
        ),
        migrations.CreateModel(
            name="FeedState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("database_id", models.UUIDField(default=uuid.uuid4)),
                ("horizon", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Outbox",
            fields=[
                ("seq", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=16)),
                ("ids", models.JSONField(default=list)),
                ("gone", models.JSONField(default=list)),
                ("xid", callpoint.directory.models.transaction_id.TransactionIdField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Psap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Building",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                (
                    "address",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="buildings", to="directory.address"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Organization",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                (
                    "slug",
                    models.CharField(
                        max_length=40,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("\\A[a-z0-9][a-z0-9-]*\\Z")],
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("onboarding", "Onboarding"),
                            ("active", "Active"),
                            ("warned", "Warned"),
                            ("suspended", "Suspended"),
                        ],
                        default="onboarding",
                        max_length=10,
                    ),
                ),
                ("country", models.CharField(default="US", max_length=2)),
                ("language", models.CharField(default="en", max_length=8)),
                ("time_zone", models.CharField(default="America/New_York", max_length=64)),
                ("number_location_allowed", models.BooleanField(default=False)),
                ("unregistered_fee", models.DecimalField(decimal_places=2, max_digits=8, null=True)),
                ("currency", models.CharField(default="USD", max_length=3)),
                ("sample", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("country__in", ("US", "CA"))), name="organization_us_or_ca"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Location",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120)),
                ("floor", models.CharField(blank=True, default="", max_length=32)),
                ("unit", models.CharField(blank=True, default="", max_length=32)),
                ("room", models.CharField(blank=True, default="", max_length=32)),
                ("note", models.CharField(blank=True, default="", max_length=60)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "address",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locations",
                        to="directory.address",
                    ),
                ),
                (
                    "building",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locations",
                        to="directory.building",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="building",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
            ),
        ),
        migrations.AddField(
            model_name="address",
            name="organization",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
            ),
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "identification_type",
                    models.CharField(
                        choices=[("device_user_id", "Device User Id"), ("phone_number", "Phone Number")],
                        default="device_user_id",
                        max_length=16,
                    ),
                ),
                ("device_user_id", models.CharField(max_length=128, null=True)),
                ("phone_number", models.CharField(max_length=16, null=True)),
                ("first_name", models.CharField(blank=True, default="", max_length=80)),
                ("last_name", models.CharField(blank=True, default="", max_length=80)),
                ("email", models.CharField(blank=True, default="", max_length=254)),
                ("callback_number", models.CharField(blank=True, default="", max_length=16)),
                ("language", models.CharField(blank=True, default="", max_length=8)),
                ("active", models.BooleanField(default=True)),
                ("current_at", models.DateTimeField(null=True)),
                ("current_by", models.CharField(blank=True, default="", max_length=254)),
                ("current_method", models.CharField(blank=True, default="", max_length=32)),
                (
                    "assigned_location",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.location",
                    ),
                ),
                (
                    "current_location",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.location",
                    ),
                ),
                (
                    "number_location",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="directory.location",
                    ),
                ),
                (
                    "organization",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.organization"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="location",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="own_locations",
                to="directory.person",
            ),
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(default="Callpoint", max_length=120)),
                ("provider_id", models.CharField(blank=True, default="", max_length=120)),
                ("unregistered_fee", models.DecimalField(decimal_places=2, default=Decimal("100.00"), max_digits=8)),
                ("currency", models.CharField(default="USD", max_length=3)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="provider_one_row")],
            },
        ),
        migrations.CreateModel(
            name="FixedRoute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("country", models.CharField(max_length=2)),
                ("a1", models.CharField(blank=True, default="", max_length=64)),
                ("a3", models.CharField(blank=True, default="", max_length=128)),
                (
                    "psap",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="routes", to="directory.psap"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="address",
            name="psap",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="directory.psap"
            ),
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("name", models.CharField(max_length=120)),
                ("uri", models.CharField(max_length=255)),
                (
                    "profile",
                    models.CharField(choices=[("i3", "I3"), ("carrier", "Carrier")], default="i3", max_length=8),
                ),
                (
                    "psap",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="targets",
                        to="directory.psap",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Trunk",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, unique=True)),
                ("source_networks", models.JSONField(default=list)),
                ("digest_username", models.CharField(blank=True, default="", max_length=120)),
                ("digest_ha1", models.JSONField(default=dict)),
                ("certificate_names", models.JSONField(default=list)),
                ("id_headers", models.JSONField(default=callpoint.directory.models.trunk.default_id_headers)),
                ("organization_header", models.CharField(blank=True, default="", max_length=64)),
                ("location_trusted", models.BooleanField(default=False)),
                (
                    "misdial",
                    models.CharField(
                        choices=[("reject", "Reject"), ("treat_as_911", "Treat As 911")],
                        default="reject",
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
            name="Membership",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("provider_administrator", "Provider Administrator"),
                            ("organization_administrator", "Organization Administrator"),
                            ("security", "Security"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=32,
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
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
                "constraints": [
                    models.UniqueConstraint(fields=("account", "organization", "role"), name="membership_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("organization__isnull", True)),
                        fields=("account",),
                        name="membership_provider_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("organization__isnull", True), ("role", "provider_administrator")),
                            models.Q(
                                models.Q(("role", "provider_administrator"), _negated=True),
                                ("organization__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="membership_organization_unless_provider",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("who", models.CharField(max_length=254)),
                ("why", models.CharField(max_length=254)),
                ("model", models.CharField(max_length=32)),
                ("object_id", models.BigIntegerField()),
                (
                    "action",
                    models.CharField(
                        choices=[("created", "Created"), ("changed", "Changed"), ("deleted", "Deleted")], max_length=7
                    ),
                ),
                ("before", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
                ("after", models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder, null=True)),
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
                "indexes": [
                    models.Index(fields=["model", "object_id"], name="change_object"),
                    models.Index(fields=["organization", "at"], name="change_when"),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="building",
            constraint=models.UniqueConstraint(fields=("organization", "name"), name="building_name"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(fields=("organization", "device_user_id"), name="person_device_user_id"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.UniqueConstraint(fields=("organization", "phone_number"), name="person_phone_number"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("device_user_id__isnull", False), ("identification_type", "device_user_id")),
                    models.Q(("identification_type", "phone_number"), ("phone_number__isnull", False)),
                    _connector="OR",
                ),
                name="person_has_identity",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(("device_user_id", ""), _negated=True), name="person_device_user_id_filled"
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("callback_number", ""), ("callback_number__regex", "^\\+1[2-9][0-9]{9}\\Z"), _connector="OR"
                ),
                name="person_callback_e164",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("phone_number__isnull", True), ("phone_number__regex", "^\\+1[2-9][0-9]{9}\\Z"), _connector="OR"
                ),
                name="person_phone_e164",
            ),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("current_location__isnull", True),
                    models.Q(
                        ("current_at__isnull", False),
                        models.Q(("current_by", ""), _negated=True),
                        models.Q(("current_method", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="person_current_told_by",
            ),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.UniqueConstraint(
                condition=models.Q(("building__isnull", False)), fields=("building", "name"), name="location_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="location",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("address__isnull", True), ("building__isnull", False), ("person__isnull", True)),
                    models.Q(("address__isnull", False), ("building__isnull", True), ("person__isnull", False)),
                    _connector="OR",
                ),
                name="location_in_building_or_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="fixedroute",
            constraint=models.UniqueConstraint(fields=("country", "a1", "a3"), name="route_area"),
        ),
        migrations.AddConstraint(
            model_name="fixedroute",
            constraint=models.CheckConstraint(condition=models.Q(("country__in", ("US", "CA"))), name="route_us_or_ca"),
        ),
        migrations.AddConstraint(
            model_name="fixedroute",
            constraint=models.CheckConstraint(
                condition=models.Q(("a3", ""), models.Q(("a1", ""), _negated=True), _connector="OR"),
                name="route_place_within_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(("country__in", ("US", "CA"))), name="address_us_or_ca"
            ),
        ),
        migrations.AddConstraint(
            model_name="address",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(
                        ("latitude__isnull", False),
                        ("latitude__range", (-90, 90)),
                        ("longitude__isnull", False),
                        ("longitude__range", (-180, 180)),
                    ),
                    _connector="OR",
                ),
                name="address_point",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(fields=("psap", "position"), name="target_position"),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(
                condition=models.Q(("psap__isnull", True)), fields=("position",), name="target_relay_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(("uri__startswith", "sip:"), ("uri__startswith", "sips:"), _connector="OR"),
                name="target_sip_uri",
            ),
        ),
        migrations.AddConstraint(
            model_name="trunk",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("organization__isnull", False),
                    models.Q(("organization_header", ""), _negated=True),
                    _connector="OR",
                ),
                name="trunk_provider_wide_names_organization",
            ),
        ),
    ]
