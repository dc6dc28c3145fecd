"""Reads a council's committee system: its public web service and forward-plan pages (docs/committee-system.md)."""
