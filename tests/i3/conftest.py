"""The schemas of the documents, compiled once: whatever is written is held against them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from callpoint.i3.namespaces import (
    BASIC_POLICY,
    CIVIC,
    CIVIC_EXTENSION,
    CONFIDENCE,
    DATA_MODEL,
    GEOPRIV,
    PIDF,
)

ECD = "urn:ietf:params:xml:ns:EmergencyCallData"
BLOCKS = ("ProviderInfo", "ServiceInfo", "DeviceInfo", "SubscriberInfo", "Comment")
FILES = {
    PIDF: "pidf.xsd",
    DATA_MODEL: "data-model.xsd",
    GEOPRIV: "geopriv10.xsd",
    BASIC_POLICY: "basicPolicy.xsd",
    CIVIC: "civicAddr.xsd",
    CIVIC_EXTENSION: "civicAddr-ext.xsd",
    CONFIDENCE: "conf.xsd",
} | {f"{ECD}:{block}": f"ecd-{block}.xsd" for block in BLOCKS}
XSD = "{http://www.w3.org/2001/XMLSchema}"

Validate = Callable[[bytes], None]


class _Folder(etree.Resolver):
    """Answers every schemaLocation from one folder, with the line ends of print taken out of patterns."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resolve(self, system_url: str, public_id: str, context: object) -> object:
        text = (self.folder / Path(system_url).name).read_text("utf-8")
        unbroken = re.sub(r'value=\s*"[^"]*"', lambda match: re.sub(r"\n\s*", "", match[0]), text)
        return self.resolve_string(unbroken.encode(), context, base_url=system_url)  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def validate(shared_data: Path) -> Validate:
    """Checks a document with all its parts: pytest fails with the schema's own words."""
    folder = shared_data / "protocols" / "schemas"
    # All name spaces in one schema, so that what stands under a lax wildcard is held to its declaration too.
    imports = "".join(
        f'<xs:import namespace="{space}" schemaLocation="http://schemas.invalid/{name}"/>'
        for space, name in FILES.items()
    )
    # "ecd-providedBy" does not compile in libxml2 (a wildcard beside element references), so the two elements of
    # provided-by are declared here and their blocks are held against their own schemas.
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Folder(folder))
    whole = f'<xs:schema xmlns:xs="{XSD[1:-1]}" targetNamespace="urn:test:all">{imports}</xs:schema>'
    schema = etree.XMLSchema(etree.fromstring(whole.encode(), parser, base_url="http://schemas.invalid/all.xsd"))

    def check(document: bytes) -> None:
        root = etree.fromstring(document)
        assert schema.validate(root), f"{schema.error_log.last_error}\n{document.decode()}"  # type: ignore[attr-defined]
        for value in root.iter(f"{{{ECD}}}EmergencyCallDataValue"):
            for block in value:
                part = etree.fromstring(etree.tostring(block, with_tail=False))
                assert schema.validate(part), f"{schema.error_log.last_error}"  # type: ignore[attr-defined]
        for reference in root.iter(f"{{{ECD}}}EmergencyCallDataReference"):
            assert set(reference.attrib) == {"purpose", "ref"}

    return check
