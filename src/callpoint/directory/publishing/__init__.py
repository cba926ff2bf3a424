"""From the directory into nodes' snapshots.

A change writes an `Outbox` row in its own transaction (`outbox`). The worker reads new rows (`feed`), finds
out whose routing records they concern (`affected`), builds those from the directory as it is now (`records`)
and puts them into the snapshot (`publisher`). Because records are built from the present state and not from the
row, it does no harm to handle a row twice, late, or together with others.
"""
