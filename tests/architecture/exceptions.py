"""Explained exceptions from the guards, by the place a guard names. One that excuses nothing any more fails."""

FOREIGN_KEYS: dict[str, str] = {}
MODEL_RELATIONS: dict[str, str] = {}
PRIVATE_DOORS: dict[str, str] = {}
SIGNATURES: dict[str, str] = {}
SIGNALS: dict[str, str] = {}
ROW_SECURITY: dict[str, str] = {}
PRIVACY: dict[str, str] = {}

SQL: dict[str, str] = {
    "config.server": "makes roles and the database before there is any room to ask",
}

VIEWS: dict[str, str] = {}
