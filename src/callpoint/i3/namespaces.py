"""Name spaces of the documents, ours when writing and the older spellings peers still send."""

from typing import Final

PIDF: Final = "urn:ietf:params:xml:ns:pidf"  # RFC 3863 §4
DATA_MODEL: Final = "urn:ietf:params:xml:ns:pidf:data-model"
GEOPRIV: Final = "urn:ietf:params:xml:ns:pidf:geopriv10"  # RFC 4119 §2.2
BASIC_POLICY: Final = "urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy"
CIVIC: Final = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr"  # RFC 5139 §4
CIVIC_EXTENSION: Final = "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr:ext"  # RFC 6848 §5.5
CONFIDENCE: Final = "urn:ietf:params:xml:ns:geopriv:conf"  # RFC 7459 §7
GML: Final = "http://www.opengis.net/gml"
GEOSHAPE: Final = "http://www.opengis.net/pidflo/1.0"
ADDITIONAL_DATA: Final = "urn:ietf:params:xml:ns:EmergencyCallData"  # RFC 7852 §8
VCARD: Final = "urn:ietf:params:xml:ns:vcard-4.0"
XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

# What our writers call them; PIDF itself is the default name space of its documents.
PREFIXES: Final = {"dm": DATA_MODEL, "gp": GEOPRIV, "gbp": BASIC_POLICY, "ca": CIVIC, "cae": CIVIC_EXTENSION} | {
    "conf": CONFIDENCE,
    "gml": GML,
    "gs": GEOSHAPE,
    "ad": ADDITIONAL_DATA,
    "xc": VCARD,
}
CIVIC_SPELLINGS: Final = frozenset({CIVIC, f"{GEOPRIV}:civicLoc"})  # the second is RFC 4119's
SHAPE_SPELLINGS: Final = frozenset(
    {GML, GEOSHAPE, "http://www.opengis.net/gml/3.2", "urn:opengis:specification:gml:schema-xsd:feature:v3.0"}
)
