"""What values are accepted, and what people are told about the others."""

import re
from random import Random

import phonenumbers
import pytest

from callpoint.directory import rules
from callpoint.directory.rules import RuleError


@pytest.mark.parametrize("value", ["E1001", "e-1001", "Zoë", "a b", "1", "x" * 128])
def test_device_user_id_is_kept_as_it_is(value: str) -> None:
    assert rules.device_user_id(value) == value


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("", "is missing"),
        ("  ", "is missing"),
        ("E1001 ", "remove the blank"),
        (" E1001", "remove the blank"),
        ("E10\x0001", "control character"),
        ("x" * 129, "128"),
    ],
)
def test_device_user_id_refused(value: str, told: str) -> None:
    with pytest.raises(RuleError, match=told):
        rules.device_user_id(value)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("", ""),
        ("802-555-0142", "+18025550142"),
        ("(802) 555-0142", "+18025550142"),
        ("1 802 555 0142", "+18025550142"),
        ("+1 613 555 0142", "+16135550142"),
        ("+1 787 555 0142", "+17875550142"),
    ],
)
def test_phone_number(value: str, kept: str) -> None:
    assert rules.phone_number(value) == kept


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("911", "no number of the US or Canada"),
        ("abc", "no phone number"),
        ("+44 20 7946 0000", "no number of the US or Canada"),
        ("+1 876 555 0142", "outside the US and Canada"),
        ("+1 802 555 0142 x12", "extension"),
        ("555-0142", "no number"),
    ],
)
def test_phone_number_refused(value: str, told: str) -> None:
    with pytest.raises(RuleError, match=told):
        rules.phone_number(value)


@pytest.mark.parametrize(
    ("value", "code"), [("us", "US"), ("USA", "US"), ("United States", "US"), ("Canada", "CA"), (" ca ", "CA")]
)
def test_country(value: str, code: str) -> None:
    assert rules.country(value) == code


@pytest.mark.parametrize("value", ["", "GB", "MX", "Deutschland", "UK"])
def test_country_refused(value: str) -> None:
    with pytest.raises(RuleError, match="US"):
        rules.country(value)


@pytest.mark.parametrize(
    ("value", "country", "code"),
    [
        ("vt", "US", "VT"),
        ("Vermont", "US", "VT"),
        ("D.C.", "US", "DC"),
        ("District of Columbia", "US", "DC"),
        ("Puerto Rico", "US", "PR"),
        ("ON", "CA", "ON"),
        ("Ontario", "CA", "ON"),
        ("Québec", "CA", "QC"),
        ("quebec", "CA", "QC"),
        ("Colombie-Britannique", "CA", "BC"),
    ],
)
def test_region(value: str, country: str, code: str) -> None:
    assert rules.region(value, country) == code


@pytest.mark.parametrize(
    ("value", "country"), [("", "US"), ("ON", "US"), ("VT", "CA"), ("Bavaria", "US"), ("XX", "CA")]
)
def test_region_refused(value: str, country: str) -> None:
    with pytest.raises(RuleError):
        rules.region(value, country)


@pytest.mark.parametrize(
    ("value", "country", "code"),
    [
        ("05633", "US", "05633"),
        ("05633-0001", "US", "05633-0001"),
        ("", "US", ""),
        ("k1a0a9", "CA", "K1A 0A9"),
        ("K1A-0A9", "CA", "K1A 0A9"),
    ],
)
def test_postal_code(value: str, country: str, code: str) -> None:
    assert rules.postal_code(value, country) == code


@pytest.mark.parametrize(
    ("value", "country", "told"),
    [
        ("5633", "US", "spreadsheets drop the first 0"),
        ("K1A 0A9", "US", "ZIP"),
        ("05633", "CA", "K1A 0A9"),
        ("D1A 0A9", "CA", "K1A 0A9"),
    ],
)
def test_postal_code_refused(value: str, country: str, told: str) -> None:
    with pytest.raises(RuleError, match=told):
        rules.postal_code(value, country)


def test_email() -> None:
    assert rules.email(" a@b.example ") == "a@b.example"
    assert rules.email("") == ""
    with pytest.raises(RuleError, match="name@example"):
        rules.email("a.b.example")


def test_text_is_bounded() -> None:
    assert rules.text("  Front desk ", 10) == "Front desk"
    with pytest.raises(RuleError, match="shorten it to 3"):
        rules.text("four", 3)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("  https://ecrf.example.net/lost ", "https://ecrf.example.net/lost"),
        ("http://[::1]:8080/lost?x=1", "http://[::1]:8080/lost?x=1"),
    ],
)
def test_ecrf_url(given: str, kept: str) -> None:
    assert rules.ecrf_url(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        *("ecrf.example.net", "ftp://ecrf.example.net/", "https://", "https:///lost", "https://a b.example/", "lost:a"),
        *("https://user:secret@ecrf.example.net/", "https://ecrf.example.net:99999/", "https://[::1/", "javascript:1"),
        "https://ecrf.example.net/" + "x" * 255,
        "https://ecrf.example.net/\x00",
    ],
)
def test_what_is_no_ecrf_url(given: str) -> None:
    with pytest.raises(rules.RuleError) as caught:
        rules.ecrf_url(given)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("written", ["{}{}{}", "{}-{}-{}", "({}) {}-{}", "+1 {} {} {}", "1-{}-{}-{}", "+1{}.{}.{}"])
def test_a_number_of_a_known_block_is_judged_as_it_would_be_alone(written: str) -> None:
    """Blocks of a thousand are accepted by their first seven digits; a wrong one is never taken for a right one."""
    random = Random(911)
    for _ in range(400):
        area, exchange, line = random.randint(200, 999), random.randint(200, 999), random.randint(0, 9999)
        text = written.format(area, exchange, f"{line:04}")
        try:
            alone = rules._checked_number(text)
        except rules.RuleError as error:
            with pytest.raises(rules.RuleError, match=re.escape(str(error))):
                rules.phone_number(text)
        else:
            assert rules.phone_number(text) == alone == f"+1{area}{exchange}{line:04}"


def test_whether_a_number_exists_never_hangs_on_its_last_three_digits() -> None:
    """What blocks rest on: every pattern of every region of the numbering plan ends in three digits of any kind."""
    checked = 0
    for region in phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1]:
        described = phonenumbers.PhoneMetadata.metadata_for_region(region)
        for kind in ("general_desc", "fixed_line", "mobile", "toll_free", "premium_rate", "personal_number", "voip"):
            description = getattr(described, kind)
            if description is not None and description.national_number_pattern:
                assert re.search(r"\\d\{([3-9])\}$", description.national_number_pattern), (region, kind)
                checked += 1
    assert checked > 100
