"""Without a mail server: files to look at."""

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from callpoint.channels.email.file_sender import FileSender
from callpoint.channels.notice import DeliveryError
from callpoint.channels.settings import MailSettings
from tests.channels.notices import NOTICE, notice, recipient

GUARD = recipient("email", "guard@example.com")


async def test_each_notice_is_one_file_however_often_it_is_tried(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    sender = FileSender(MailSettings("Callpoint <callpoint@localhost>", folder))
    first = await sender.send(NOTICE, GUARD)
    assert (await sender.send(NOTICE, GUARD)) == first
    await sender.send(notice(key="another", at="not a time"), GUARD)
    await sender.close()
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 2
    assert first.reference in names
    assert first.reference.startswith("20260309-190531-")
    mail = message_from_bytes((folder / first.reference).read_bytes(), policy=default)
    assert mail["Subject"] == NOTICE.subject
    assert mail["To"] == "Front desk <guard@example.com>"


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("in the way")
    sender = FileSender(MailSettings("callpoint@localhost", tmp_path / "mail"))
    with pytest.raises(DeliveryError, match="cannot be written") as caught:
        await sender.send(NOTICE, GUARD)
    assert not caught.value.permanent
