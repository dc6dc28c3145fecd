"""Microsoft 365 Agents Playground, Microsoft's own local Teams, and people in it at a real browser.

https://learn.microsoft.com/microsoft-365/agents-sdk/test-with-toolkit-project
"""
