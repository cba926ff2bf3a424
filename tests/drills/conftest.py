"""The fixtures of the drills."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.drills.stage import Stage
from tests.peers.tls import Authority


@pytest.fixture(scope="session")
def prompts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Rendered speech, kept for all nodes of one run: rendering takes seconds."""
    return tmp_path_factory.mktemp("prompts")


@pytest.fixture
async def stage(tmp_path: Path, prompts: Path) -> AsyncIterator[Stage]:
    made = Stage(tmp_path, prompts)
    yield made
    await made.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """The certificate authority the node believes."""
    return Authority(tmp_path_factory.mktemp("authority"))
