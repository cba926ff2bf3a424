"""The part of `callpoint prepare --sample` that works with models; imported after Django has started."""

from pathlib import Path

from callpoint.directory.judging import open_judge
from callpoint.directory.sample import build_sample_organization
from callpoint.notices.sample import build_sample_alerts
from callpoint.ops.sample_data import build_sample_sets


def prepare_sample(
    psap_uri: str, relay_uri: str, phone_uri: str, email: str, password: str, datasets: Path, screen_token: str
) -> None:
    """The sample data sets, and the sample organization with its addresses judged by them, and its alerts."""
    build_sample_sets(datasets)
    demo = build_sample_organization(psap_uri, relay_uri, email, password, open_judge(datasets), phone_uri)
    build_sample_alerts(demo, screen_token)
