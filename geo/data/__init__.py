"""The data that ships with howclose; see ``SOURCES.md``."""
