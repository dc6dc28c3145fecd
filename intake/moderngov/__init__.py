"""Reads a council's committee system: its web service and the pages of its forward plans (docs/committee-system.md)."""
