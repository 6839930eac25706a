from enum import StrEnum
from typing import Final

NEW_BILLING: Final = "new-billing"
JOINED = "joined-" "text"
FLAGS = {"export": "export-v2"}


class Flag(StrEnum):
    DARK_MODE = "dark-mode"
    BETA = "beta"


NOT_A_KEY = "two words"
