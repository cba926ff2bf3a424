"""The worker: publishes changes into the node's snapshot, turns its facts into call records, renders prompts ahead, and
keeps every address mapped to its PSAP.

No call waits for it: while it is away, calls go by the last snapshot, and facts wait in the journal.
Import it only after Django has been started (`directory.boot.start_django`).
"""

from callpoint.worker.process import WorkerConfig, main

__all__ = ["WorkerConfig", "main"]
