"""`callpoint bench`: what this machine and this version can do, beside a peer where there is one.

A figure is reported as it was seen, also when it falls short; nothing here is a test.
"""
