"""Stand-ins at the wire and builders of invented values."""
