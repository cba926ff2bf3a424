"""What outlives the program."""

from pathlib import Path

from callpoint.desktop.agent.memory import MOST_POSTS, Memory, Post


def memory(path: Path, whose: str = "server token") -> Memory:
    made = Memory(path, whose)
    made.load()
    return made


def test_it_is_there_again_for_the_same_server_and_token_only(tmp_path: Path) -> None:
    first = memory(tmp_path / "deep" / "state.json")
    post = Post("acknowledge", "a", "Ann")
    first.saw("17")
    first.add(post)
    again = memory(first.path)
    assert (again.last_id, again.posts) == ("17", [post])
    other = memory(first.path, "another server")
    assert (other.last_id, other.posts) == ("", [])
    again.done(post)
    assert memory(first.path).posts == []


def test_a_damaged_file_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    for content in ("", "{", "[]", '{"whose": "server token", "last_id": 3, "posts": [{"kind": 1}]}'):
        path.write_text(content, "utf-8")
        assert memory(path).posts == []


def test_a_file_that_cannot_be_written_is_told_and_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    told: list[OSError] = []
    made = Memory(tmp_path / "file" / "state.json", "w", on_trouble=told.append)
    made.saw("1")
    assert made.last_id == "1"
    assert told


def test_a_flood_of_chat_never_pushes_an_acknowledgement_out(tmp_path: Path) -> None:
    made = memory(tmp_path / "state.json")
    taken = Post("acknowledge", "a", "Ann")
    made.add(taken)
    made.posts += [Post("chat", "a", "Ann", str(number)) for number in range(MOST_POSTS - 1)]
    made.add(Post("chat", "a", "Ann", "last"))
    assert len(made.posts) == MOST_POSTS
    assert made.posts[0] == taken
    assert [post.text for post in made.posts[1:]][:1] == ["1"]
    assert made.posts[-1].text == "last"


def test_what_is_sent_carries_a_key_of_its_own(tmp_path: Path) -> None:
    said, taken = Post("chat", "a", "Ann", "hello"), Post("acknowledge", "a", "Ann")
    assert said.body() == {"alert": "a", "by": "Ann", "text": "hello", "key": said.key}
    assert set(taken.body()) == {"alert", "by", "key"}
    assert said.key != taken.key
