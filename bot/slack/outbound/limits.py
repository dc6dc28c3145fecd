"""Slack's limits that decide how a message is written.

Lengths and counts are those of Slack's reference. One is not in it: a message's blocks are refused as
`msg_blocks_too_long` from about 13,200 characters on (bolt-js issue 2509).
"""

MESSAGE_CHARACTERS = 13_000
HEADER = 150
TABLE_ROWS, TABLE_COLUMNS, TABLE_CHARACTERS = 100, 20, 10_000
