"""Words addresses are made of, as facts: street types, directions, units, regions, countries, numbers.

Standard words are those of the NENA registries named by NENA-STA-006.3; abbreviations are those of USPS
Publication 28 and of Canada Post, in English and French, with the variants people write. Keys are folded
(`addresses.folding.fold`).
"""
