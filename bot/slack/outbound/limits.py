"""Defines the limits of Slack that decide how a message is rendered.

They are those of Slack's reference, but for one: from about 13,200 characters on, Slack refuses a message's blocks as
`msg_blocks_too_long` (bolt-js issue 2509).
"""

MESSAGE_CHARACTERS = 13_000
HEADER = 150
TABLE_ROWS, TABLE_COLUMNS, TABLE_CHARACTERS = 100, 20, 10_000
