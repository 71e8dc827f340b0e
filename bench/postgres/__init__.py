"""onefold on PostgreSQL, beside pgbench, drivers used by hand, and other packages."""
