"""The questions themselves. Imported once Django is started; writes nothing."""

from pathlib import Path

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F
from django.utils import timezone

from callpoint.directory.models import FeedState, LostMapping, Membership, Organization
from callpoint.directory.publishing.feed import feed_for_database
from callpoint.directory.publishing.position import PositionFile
from callpoint.directory.tenancy import everywhere
from callpoint.ops.doctor.central_database import EcrfTrouble, Report


def report(position_file: Path) -> Report:
    """State of the database, and how far the snapshot is behind it."""
    try:
        with everywhere():
            return _report(position_file)
    except DatabaseError as error:
        return {"trouble": str(error).strip() or type(error).__name__}


def _report(position_file: Path) -> Report:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    applied = set(executor.loader.applied_migrations) - executor.loader.disk_migrations.keys()
    known = executor.loader.migrated_apps
    found: Report = {
        "unapplied": [f"{migration.app_label}.{migration.name}" for migration, _ in plan],
        "unknown": sorted(f"{app}.{name}" for app, name in applied if app in known),
    }
    if not plan:
        found["organizations"] = Organization.objects.count()
        found["real_organizations"] = Organization.objects.filter(sample=False).count()
        in_charge = Membership.objects.filter(organization=None, account__is_active=True)
        found["administrators"] = in_charge.count()
        found["ecrf_troubles"] = _ecrf_troubles()
        found["followed"], found["behind_seconds"] = _behind(position_file)
    return found


def _ecrf_troubles() -> list[EcrfTrouble]:
    """For each organization and server, with what it said last."""
    found: dict[tuple[str, str], EcrfTrouble] = {}
    wrong = LostMapping.objects.exclude(trouble="").filter(url=F("organization__ecrf_url"))
    for mapping in wrong.select_related("organization").order_by("looked_at"):
        slug, host = mapping.organization.slug, mapping.host
        before = found.get((slug, host))
        count = 1 + (before["addresses"] if before else 0)
        found[slug, host] = EcrfTrouble(organization=slug, host=host, addresses=count, trouble=mapping.trouble)
    return list(found.values())


def _behind(position_file: Path) -> tuple[bool, float]:
    """Whether this database is followed at all, and the age in seconds of the oldest change not yet published."""
    position, state = PositionFile(position_file).read(), FeedState.objects.filter(pk=1).first()
    if position is None or state is None or position.database_id != str(state.database_id):
        return False, 0.0
    waiting = feed_for_database().read(position.position).rows
    oldest = min((row.at for row in waiting), default=None)
    return True, (timezone.now() - oldest).total_seconds() if oldest is not None else 0.0
