"""Entity tags: nobody overwrites what they have not seen."""

import pytest
from tests.directory.cast import Cast
from tests.web.api.conftest import Program
from tests.web.api.operations import keys_of

from callpoint.directory.models import Person
from callpoint.directory.tenancy import everywhere


@pytest.fixture
def ada(people: Cast) -> str:
    return f"people/{people.ada.pk}"


def test_the_same_object_has_the_same_tag(admin: Program, ada: str) -> None:
    first, second = admin.get(ada), admin.get(ada)
    assert first.headers["ETag"] == second.headers["ETag"]
    assert first.headers["ETag"].startswith('"')
    changed = admin.patch(ada, {"first_name": "Augusta"})
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert admin.get(ada).headers["ETag"] == changed.headers["ETag"]


def test_what_is_known_is_not_sent_again(admin: Program, ada: str) -> None:
    tag = admin.get(ada).headers["ETag"]
    for given in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        answer = admin.get(ada, If_None_Match=given)
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
    for given in ('"other"', "nonsense", ""):
        assert admin.get(ada, If_None_Match=given).status_code == 200
    assert admin.get("people", If_None_Match="*").status_code == 200


def test_a_change_of_what_is_another_one_by_now_is_refused(admin: Program, people: Cast, ada: str) -> None:
    seen = admin.get(ada).headers["ETag"]
    admin.patch(ada, {"first_name": "Augusta"})
    for answer in (admin.patch(ada, {"last_name": "King"}, If_Match=seen), admin.delete(ada, If_Match=seen)):
        assert answer.status_code == 412
        assert answer.json()["type"] == "/api/v1/problems/changed-meanwhile"
    with everywhere():
        assert Person.objects.get(pk=people.ada.pk).last_name == ""
    now = admin.get(ada).headers["ETag"]
    assert admin.patch(ada, {"last_name": "King"}, If_Match=f'"other", {now}').status_code == 200


def test_a_weak_tag_never_allows_a_change(admin: Program, ada: str) -> None:
    tag = admin.get(ada).headers["ETag"]
    assert admin.patch(ada, {"last_name": "King"}, If_Match=f"W/{tag}").status_code == 412
    assert admin.patch(ada, {"last_name": "King"}, If_Match="nonsense").status_code == 412
    assert admin.patch(ada, {"last_name": "King"}, If_Match="*").status_code == 200


def test_a_refused_change_under_a_condition_writes_nothing(admin: Program, ada: str) -> None:
    tag = admin.get(ada).headers["ETag"]
    assert admin.patch(ada, {"first_name": "X", "email": "no"}, If_Match=tag).status_code == 422
    assert admin.get(ada).headers["ETag"] == tag


def test_each_kind_of_object_keeps_to_it(admin: Program, root: Program, people: Cast) -> None:
    keys = keys_of(people)
    cases = (
        (admin, f"buildings/{people.building.pk}", {"name": "Capitol"}),
        (admin, f"locations/{people.desk.pk}", {"floor": "3"}),
        (admin, f"recipients/{keys['recipient_id']}", {"address": "https://hooks.acme.example/another"}),
        (admin, f"groups/{keys['group_id']}", {"duty": [{"days": ["sun"], "begins": "00:00", "ends": "12:00"}]}),
        (admin, f"subscriptions/{keys['subscription_id']}", {"people": ["E1"]}),
        (admin, f"templates/{keys['template_id']}", {"body": "{{ location }}"}),
        (admin, f"screens/{keys['screen_id']}", {"name": "Gate 2"}),
        (admin, "monitoring", {"mode": "listen"}),
        (root, f"/api/v1/templates/{keys['provider_template_id']}", {"body": "{{ location }}"}),
        (admin, "settings", {"test_every_days": 90}),
        (root, "/api/v1/organizations/acme", {"status": "warned"}),
        (root, "/api/v1/provider", {"name": "Another"}),
        (root, f"/api/v1/psaps/{people.psap.pk}", {"targets": [{"uri": "sip:911@other.example"}]}),
    )
    for program, path, change in cases:
        tag = program.get(path).headers["ETag"]
        assert program.patch(path, change, If_Match='"other"').status_code == 412, path
        changed = program.patch(path, change, If_Match=tag)
        assert changed.status_code == 200, (path, changed.content)
        assert changed.headers["ETag"] == program.get(path).headers["ETag"] != tag, path
        assert program.patch(path, change, If_Match=tag).status_code == 412, path
