"""What happens to a 911 call: values and pure decisions.

`records` holds what the directory publishes, `plan` what a call brings and gets, `decide` joins the two.
Nothing here opens a file, reads a clock or waits: the same call and the same directory give the same plan.
"""
