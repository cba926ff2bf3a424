"""Which PSAP serves an address: mapped from boundaries or by an outside ECRF, kept, and gone through anew.

`serving` says who serves an address, `psap_rows` keeps the PSAPs made from that, `writing` brings addresses to it, and
`remapping` goes through all of them when data sets are exchanged or a planned boundary comes into effect.
"""
