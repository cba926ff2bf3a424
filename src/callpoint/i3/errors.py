"""The one way in which a document can be wrong."""


class DocumentError(ValueError):
    """A document cannot be read, or a value cannot be written as the document its standard asks for.

    No other exception leaves a reader or a writer of this package.
    """


class ReferenceSystemError(DocumentError):
    """A position in a reference system nobody here can convert (SRSInvalid in LoST)."""
