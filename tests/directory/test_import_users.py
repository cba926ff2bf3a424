"""Users files, as people and programs write them."""

import io

import pytest
from tests.directory.cast import Cast

from callpoint.directory import provision
from callpoint.directory.imports import Result, import_users
from callpoint.directory.models import Change, Outbox, Person, acting
from callpoint.directory.tenancy import everywhere, inside

HEADER = "Device User ID,First Name,Last Name,Email,Callback Number\n"
ROWS = "A1,Ann,Adams,ann@acme.example,802-555-0111\nA2,Ben,Brown,ben@acme.example,(613) 555-0112\n"


def bring(people: Cast, text: str | bytes, dry_run: bool = False, skip_wrong: bool = False) -> Result:
    data = text.encode() if isinstance(text, str) else text
    return import_users(people.acme, io.BytesIO(data), dry_run, "importer@acme.example", skip_wrong)


def counts(result: Result) -> tuple[int, int, int, int]:
    return result.new, result.changed, result.unchanged, result.wrong


def person(people: Cast, device_user_id: str) -> Person:
    with inside(people.acme):
        return Person.objects.get(device_user_id=device_user_id)


def test_new_people(people: Cast) -> None:
    result = bring(people, HEADER + ROWS)
    assert (counts(result), result.errors, result.written) == ((2, 0, 0, 0), [], True)
    ben = person(people, "A2")
    assert (ben.name, ben.email, ben.callback_number) == ("Ben Brown", "ben@acme.example", "+16135550112")
    assert ben.identification_type == "device_user_id"


def test_the_same_file_again_writes_nothing(people: Cast) -> None:
    bring(people, HEADER + ROWS)
    with everywhere():
        before = (Change.objects.count(), Outbox.objects.count())
        result = bring(people, HEADER + ROWS)
        assert (counts(result), result.written) == ((0, 0, 2, 0), True)
        assert (Change.objects.count(), Outbox.objects.count()) == before


def test_changes_keep_before_and_after_and_are_published(people: Cast) -> None:
    bring(people, HEADER + ROWS)
    result = bring(people, HEADER + ROWS.replace("Brown", "Black"))
    assert counts(result) == (0, 1, 1, 0)
    with everywhere():
        change = Change.objects.order_by("pk").last()
    assert change is not None
    assert (change.who, change.before, change.after) == (
        "importer@acme.example",
        {"last_name": "Brown"},
        {"last_name": "Black"},
    )
    row = Outbox.objects.order_by("seq").last()
    assert row is not None
    assert (row.kind, row.ids) == ("person", [person(people, "A2").pk])


def test_a_column_that_is_absent_leaves_its_values_alone(people: Cast) -> None:
    bring(people, "Device User ID,Last Name\nE1,Lovelace\n")
    ada = person(people, "E1")
    assert (ada.name, ada.callback_number, ada.assigned_location_id) == ("Ada Lovelace", "+18025550101", people.desk.pk)


def test_an_empty_cell_empties_the_value(people: Cast) -> None:
    bring(people, "Device User ID,Callback Number\nE1,\n")
    assert person(people, "E1").callback_number == ""


def test_other_organizations_are_out_of_reach(people: Cast) -> None:
    assert counts(bring(people, "Device User ID,First Name\nE1,Changed\n")) == (0, 1, 0, 0)
    with inside(people.other):
        assert Person.objects.get(device_user_id="E1").first_name == "Secret Stranger"


@pytest.mark.parametrize(
    "text",
    [
        "Employee ID,First Name\nA1,Ann\n",
        "EMPLOYEE_ID,first name\nA1,Ann\n",
        "employeeId;First Name\nA1;Ann\n",
        "Device User ID\tFirst Name\nA1\tAnn\n",
        '"Device User ID","First Name"\r\n"A1","Ann"\r\n',
        "\ufeffDevice User ID,First Name\nA1,Ann\n",
        "## Device User ID, First Name\nA1,Ann\n",
        "Device User ID,First Name,Shoe Size\nA1,Ann,38\n",
        "Device User ID,First Name\n\nA1,Ann\n,\n",
        'First Name,Device User ID\n"Ann",A1',
    ],
)
def test_header_and_file_spellings(text: str, people: Cast) -> None:
    result = bring(people, text)
    assert (counts(result), result.errors) == ((1, 0, 0, 0), [])
    assert person(people, "A1").first_name == "Ann"


def test_unknown_columns_are_told(people: Cast) -> None:
    assert bring(people, "Device User ID,Shoe Size,Hat\nA1,38,7\n").ignored_columns == ["Shoe Size", "Hat"]


def test_a_quoted_cell_may_hold_delimiters_quotes_and_line_ends(people: Cast) -> None:
    result = bring(people, 'Device User ID,First Name,Last Name\nA1,"Ann ""Annie"", Dr.",X\nA2,"Be\nn",wrong \n')
    assert counts(result) == (2, 0, 0, 0)
    assert person(people, "A1").first_name == 'Ann "Annie", Dr.'


def test_rows_are_counted_as_a_spreadsheet_counts_them(people: Cast) -> None:
    result = bring(people, 'Device User ID,First Name,Email\nA1,"two\nlines",\n\nA2,,wrong\n')
    assert result.errors[0].row == 4


@pytest.mark.parametrize(
    ("text", "row", "column", "told"),
    [
        (HEADER + ",Ann,,,\n", 2, "Device User ID", "is missing"),
        (HEADER + "A1 ,Ann,,,\n", 2, "Device User ID", "remove the blank"),
        (HEADER + ROWS + "A3,,,not-an-address,\n", 4, "Email", "name@example.org"),
        (HEADER + "\nA3,,,,12\n", 3, "Callback Number", "+1 802 555 0142"),
        (HEADER + "A3,,,,+44 20 7946 0000\n", 2, "Callback Number", "US or Canada"),
        (HEADER + "A3,,,,\nA3,,,,\n", 3, "Device User ID", "row 2 already"),
        ("Device User ID,Active\nA1,perhaps\n", 2, "Active", "yes or no"),
        ("Device User ID,Identification Type\nA1,Fax\n", 2, "Identification Type", "Phone Number"),
        ("Device User ID,Identification Type\nA1,Phone Number\n", 2, "", "no column for the phone number"),
        ("Device User ID,Location\nA1,Nowhere\n", 2, "Location", "import the locations file first"),
        ("Device User ID,Location,Building\nA1,Front desk,Moon\n", 2, "Location", "no location of that building"),
        (HEADER + "A1,one,two,,,too many\n", 2, "", "more cells"),
        ("First Name\nAnn\n", 1, "", "Device User ID"),
        ("Employee ID,Device User ID\nA1,A1\n", 1, "", "mean the same"),
        ("", 0, "", "empty"),
        (HEADER + '"A1,Ann,,,\n', 2, "", "quote"),
        (b"PK\0\3", 0, "", "not a text file"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(
    text: str | bytes, row: int, column: str, told: str, people: Cast
) -> None:
    result = bring(people, text)
    (error,) = result.errors
    assert (error.row, error.column, result.wrong) == (row, column, 1)
    assert told in error.message
    assert result.written is False


def test_a_wrong_row_keeps_the_whole_file_out(people: Cast) -> None:
    result = bring(people, HEADER + ROWS + "A3,,,bad,\n")
    assert (counts(result), result.written) == ((2, 0, 0, 1), False)
    with inside(people.acme):
        assert not Person.objects.filter(device_user_id__startswith="A").exists()


def test_skip_wrong_brings_in_the_rest(people: Cast) -> None:
    result = bring(people, HEADER + ROWS + "A3,,,bad,\n", skip_wrong=True)
    assert (counts(result), result.written) == ((2, 0, 0, 1), True)
    assert person(people, "A2").first_name == "Ben"


def test_dry_run_counts_and_writes_nothing(people: Cast) -> None:
    result = bring(people, HEADER + ROWS + "E1,Ada,L,,\n", dry_run=True)
    assert (counts(result), result.written, result.dry_run) == ((2, 1, 0, 0), False, True)
    with inside(people.acme):
        assert Person.objects.count() == 2


def test_people_by_phone_number(people: Cast) -> None:
    text = "Identification Type,Device User ID,Phone Number,First Name\nPhone Number,,802 555 0150,Front\n"
    assert counts(bring(people, text)) == (1, 0, 0, 0)
    assert counts(bring(people, text)) == (0, 0, 1, 0)
    assert counts(bring(people, "Phone Number,First Name\n+18025550150,Reception\n")) == (0, 1, 0, 0)
    with inside(people.acme):
        found = Person.objects.get(phone_number="+18025550150")
    assert (found.identification_type, found.identity, found.first_name) == (
        "phone_number",
        "+18025550150",
        "Reception",
    )


def test_a_phone_number_somebody_else_has(people: Cast) -> None:
    bring(people, "Device User ID,Phone Number\nA1,802 555 0150\n")
    result = bring(people, "Device User ID,Phone Number\nA1,802 555 0150\nA2,802 555 0150\n")
    assert "row 2 already" in result.errors[0].message
    result = bring(people, "Device User ID,Phone Number\nA2,802 555 0150\n")
    assert "somebody else" in result.errors[0].message
    assert result.written is False


def test_locations_are_assigned_by_name(people: Cast) -> None:
    with acting("test", "second building"):
        annex = provision.create_building(people.acme, "Annex", {"country": "US", "A1": "VT", "HNO": "1", "RD": "Elm"})
        desk = provision.create_location(annex, "Front desk")
        default = provision.create_location(annex, "Default")
    ambiguous = bring(people, "Device User ID,Location\nA1,front desk\n")
    assert "more than one building" in ambiguous.errors[0].message
    text = "Device User ID,Building Name,Location Name\nA1,annex,FRONT DESK\nA2,Annex,\nA3,,\n"
    assert counts(bring(people, text)) == (3, 0, 0, 0)
    assigned = [person(people, key).assigned_location_id for key in ("A1", "A2", "A3")]
    assert assigned == [desk.pk, default.pk, None]


def test_inactive(people: Cast) -> None:
    bring(people, "Device User ID,Active\nA1,No\nA2,\n")
    assert [person(people, key).active for key in ("A1", "A2")] == [False, True]


def test_many_rows_cross_statement_limits(people: Cast) -> None:
    rows = "".join(f"M{number},First{number},,m{number}@acme.example,\n" for number in range(2500))
    assert counts(bring(people, HEADER + rows)) == (2500, 0, 0, 0)
    assert counts(bring(people, HEADER + rows.replace("First", "Second"))) == (0, 2500, 0, 0)
    assert counts(bring(people, HEADER + rows.replace("First", "Second"))) == (0, 0, 2500, 0)
    assert person(people, "M2499").first_name == "Second2499"


@pytest.mark.parametrize("header", ["Employee ID,Employee ID,Email", "Employee ID,Device User ID,Email"])
def test_two_columns_for_one_thing_are_refused_rather_than_one_chosen(people: Cast, header: str) -> None:
    result = bring(people, f"{header}\nA8,A9,a@acme.example\n")
    assert (counts(result), result.written) == ((0, 0, 0, 1), False)
    assert "mean the same" in result.errors[0].message
