"""Hand-made sample data sets: a few addresses, and the rough outlines of Vermont and Ontario with one PSAP each."""
