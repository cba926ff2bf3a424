"""The SIP connections calls come in by."""
