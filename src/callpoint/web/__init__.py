"""The pages: what an administrator sees of people, decisions and calls; and LoST for other people's programs.

Django loads this package as an application, so nothing here may import a model; and the configuration reads the
settings of a part of it, so nothing here may be heavy.
"""
