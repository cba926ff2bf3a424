"""What must outlive the program: the last event seen, and posts the server has not taken yet."""

import json
import logging
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from callpoint.desktop.agent.file import write_private

logger = logging.getLogger(__name__)

MOST_POSTS: Final = 500  # a night of chat without a server; the oldest chat goes first, an acknowledgement never
PostKind = Literal["acknowledge", "chat"]


@dataclass(frozen=True)
class Post:
    """Something a person did here. `key` lets the server know the same post again; `made_at` is seconds since 1970."""

    kind: PostKind
    alert: str
    by: str
    text: str = ""
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    made_at: float = field(default_factory=time.time)

    def body(self) -> dict[str, str]:
        """As the API takes it."""
        body = {"alert": self.alert, "by": self.by, "key": self.key}
        return body if self.kind == "acknowledge" else {**body, "text": self.text}


@dataclass
class Memory:
    """Belongs to one thread. Of another server or token it remembers nothing: event numbers would mean other events."""

    path: Path
    whose: str
    last_id: str = ""
    posts: list[Post] = field(default_factory=list)
    on_trouble: Callable[[OSError], None] = lambda error: logger.error("the state cannot be kept: %s", error)

    def load(self) -> None:
        """Takes up what the file holds; one that cannot be read is told in the log and begun anew."""
        try:
            plain = json.loads(self.path.read_text("utf-8"))
            if plain["whose"] == self.whose:
                self.last_id = str(plain["last_id"])
                self.posts = [Post(**row) for row in plain["posts"]]
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("%s cannot be read, beginning anew: %r", self.path, error)

    def saw(self, last_id: str) -> None:
        """The stream has come so far."""
        if last_id != self.last_id:
            self.last_id = last_id
            self._save()

    def add(self, post: Post) -> None:
        """Keeps `post` until it is taken."""
        self.posts.append(post)
        chat = [one for one in self.posts if one.kind == "chat"]
        if len(self.posts) > MOST_POSTS and chat:
            self.posts.remove(chat[0])
        self._save()

    def done(self, post: Post) -> None:
        """The server has taken it, or never will."""
        self.posts = [one for one in self.posts if one.key != post.key]
        self._save()

    def _save(self) -> None:
        plain: Mapping[str, Any] = {
            "whose": self.whose,
            "last_id": self.last_id,
            "posts": [asdict(post) for post in self.posts],
        }
        try:
            write_private(self.path, json.dumps(plain))
        except OSError as error:  # a full disk must not silence the alert
            self.on_trouble(error)
