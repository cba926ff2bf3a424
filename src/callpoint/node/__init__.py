"""The node: the process that takes 911 calls.

Promise 1 lives here: nothing on the path of a call waits for a database, a page, a notifier or a voice. The call
logic is written as plain callbacks on the events of `sip`; only media and name look-ups are coroutines.
"""
