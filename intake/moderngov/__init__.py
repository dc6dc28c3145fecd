"""A council's committee system: its public web service and its forward-plan pages (docs/committee-system.md)."""
