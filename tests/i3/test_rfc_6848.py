"""Extended addresses as RFC 6848 §5.6 and §2 show them, in the words people read."""

import pytest

from callpoint.i3.civic import Civic
from callpoint.i3.location import Location, PidfLo
from callpoint.i3.pidf_lo import read_pidf_lo, write_pidf_lo

CIVIC = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"


def read_address(content: str, spaces: str = "") -> Civic:
    body = f"""<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:gp="urn:ietf:params:xml:ns:pidf:geopriv10"
      entity="pres:geotarget@example.com"><tuple id="sg89ae"><status><gp:geopriv><gp:location-info>
      <civicAddress xml:lang="en-US" xmlns="{CIVIC}" xmlns:cae="{CIVIC}:ext" {spaces}>{content}</civicAddress>
      </gp:location-info><gp:usage-rules/></gp:geopriv></status>
      <timestamp>2003-06-22T20:57:29Z</timestamp></tuple></presence>"""
    (location,) = read_pidf_lo(body.encode()).locations
    assert location.civic is not None
    return location.civic


def crossed(civic: Civic) -> Civic:
    """`civic` after a document of ours."""
    document = PidfLo("pres:a@example.com", (Location(civic=civic, device_id="mac:1234567890ab"),))
    (location,) = read_pidf_lo(write_pidf_lo(document)).locations
    assert location.civic is not None
    return location.civic


def test_a_milepost_and_a_pole_on_a_highway() -> None:
    civic = read_address(
        "<country>US</country><A1>CA</A1><A2>Sacramento</A2><RD>I5</RD><cae:MP>248</cae:MP><cae:PN>22-109-689</cae:PN>"
    )
    assert civic == Civic(country="US", A1="CA", A2="Sacramento", RD="I5", MP="248", PN="22-109-689")
    assert civic.street_line() == "I5, Milepost 248, Post 22-109-689"
    assert crossed(civic) == civic


def test_a_street_type_before_the_name_and_a_letter_before_the_number() -> None:
    civic = read_address(
        "<country>US</country><A1>CA</A1><A2>Sacramento</A2><RD>Colorado</RD><HNO>223</HNO>"
        "<cae:STP>Boulevard</cae:STP><cae:HNP>A</cae:HNP>"
    )
    assert (civic.STP, civic.HNP) == ("Boulevard", "A")
    assert civic.street_line() == "A223 Boulevard Colorado"
    assert crossed(civic) == civic


@pytest.mark.parametrize(
    ("spaces", "content"),
    [
        ('xmlns:cdc="http://devon.canals.example.com/civic"', "<cdc:bridge>21451338</cdc:bridge>"),
        (
            'xmlns:post="http://postsoftheworld.example.com/ns" xmlns:ap="http://example.com/airport/5.0"',
            "<post:lamp>2471</post:lamp><post:pylon>AQ-374-4(c)</post:pylon><ap:airport>LAX</ap:airport>"
            "<ap:terminal>Tom Bradley</ap:terminal><ap:concourse>G</ap:concourse><ap:gate>36B</ap:gate>",
        ),
    ],
)
def test_elements_of_others_cross_with_their_name_spaces(spaces: str, content: str) -> None:
    civic = read_address(f"<country>US</country><A1>CA</A1>{content}", spaces)
    assert civic.to_fields().keys() == {"country", "A1", "other"}
    again = crossed(civic)
    assert again == civic
    for name_space in spaces.split():
        assert name_space.partition("=")[2] in again.other
    for value in ("21451338",) if "cdc" in spaces else ("2471", "AQ-374-4(c)", "LAX", "Tom Bradley", "36B"):
        assert value in again.other


def test_elements_of_others_are_told_apart_from_ours_of_the_same_name() -> None:
    civic = read_address("<country>US</country><x:RD>not a road</x:RD><RD>State</RD>", 'xmlns:x="http://example.com/x"')
    assert civic.RD == "State"
    assert "not a road" in civic.other
