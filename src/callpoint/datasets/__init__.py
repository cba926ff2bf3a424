"""Reference data as files: GeoPackages and CSV come in, each becomes one immutable SQLite file with its own report."""
