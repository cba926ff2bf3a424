"""Who is ready for 911: worked out ahead by the worker, counted and filtered by pages.

`outlook` says what a decision means for one person, `affected` whom a change concerns, `writing` keeps the rows,
`rehearsed` reads 933 calls, `progress` tells how far all that is, and `counting` is what pages ask.
"""
