"""Stories that ship with howclose, one TOML file each."""
