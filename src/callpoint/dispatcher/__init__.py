"""The dispatcher process: streams what happens to calls. Reads the node's journal, never the central database."""
