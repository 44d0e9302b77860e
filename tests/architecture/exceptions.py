"""Explained exceptions from the guards, by the place a guard names. One that excuses nothing any more fails."""

FOREIGN_KEYS: dict[str, str] = {}
MODEL_RELATIONS: dict[str, str] = {}
# by file
PRIVATE_DOORS: dict[str, str] = {
    "banyan/config/demonstration.py": "makes the demo's accounts as the installation itself, before anybody could invite them",
}
ROW_SECURITY: dict[str, str] = {}
PRIVACY: dict[str, str] = {}
TRANSLATABLE: dict[str, str] = {}

SIGNATURES: dict[str, str] = {
    "platform.access.queries.accounts_within": "a condition on a viewer's rows, with the viewer in first place; it reads nothing itself",
    "platform.access.queries.reads_of": "narrows rows that were read for a viewer",
    "platform.jobs.actions.cancel_job": "whose job it is decides the permission; queries.job_for_change asks for it",
    "platform.jobs.actions.retry_job": "whose job it is decides the permission; queries.job_for_change asks for it",
    "platform.jobs.actions.start": "the right to start belongs to the action that starts the job",
    "platform.jobs.queries.progress_of": "words for a row that was read for a viewer",
    "platform.jobs.queries.rows_in_state": "narrows rows that were read for a viewer",
    "platform.jobs.queries.state_of": "words for a row that was read for a viewer",
    "platform.jobs.queries.worker_alive": "about the machinery, nobody's data; the doctor asks it without a viewer",
    "reference.codes.queries.names_of": "picks the reader's language from texts already read",
}

SIGNALS: dict[str, str] = {
    "platform.access.apps": "post_migrate: rights of the application role are renewed after the owner has migrated",
    "platform.history.apps": "post_migrate: triggers of kept tables are renewed after the owner has migrated",
}

# Engines below the rooms, and the assembly above them, which speak to the server itself.
SQL: dict[str, str] = {
    "config.backup": "copies the whole database in one snapshot, past every room",
    "config.doctor": "asks the server itself what the installation's roles and rows are worth",
    "config.external": "asks a foreign server who we are there and what it allows, before there is any room",
    "config.preparation": "keeps what has been prepared (migrations, demo) in a table of its own before Django runs",
    "config.restore": "makes, fills and renames databases, past every room",
    "config.server": "makes roles and the database, before there is any room",
    "people.linkage.engine": "asks DuckDB, in memory, over frames of its own; it knows no table of the database",
    "platform.access.migrating": "migration operations: their SQL runs only inside migrations",
    "platform.access.privileges": "rights of the application role, given by the owner after migrations",
    "platform.access.reads": "one call of the function that appends to the read log",
    "platform.access.resolving": "what a viewer may reach, in few statements for every request",
    "platform.access.viewers": "seals the viewer into the transaction",
    "platform.history.installing": "triggers, fitted by the owner after migrations",
    "platform.history.recording": "one call of the function that writes a fact",
    "platform.history.tracking": "the SQL of the triggers themselves",
    "platform.jobs.jobs": "clears out the queue's finished rows, which belong to no model of ours",
    "platform.jobs.progress": "progress is written beside the work's transaction, throttled, by one prepared statement",
    "platform.jobs.worker": "finds jobs of dead workers in the queue's own tables by the queue's own functions",
    "platform.kernel.sets": "two settings of the planner within a transaction; it knows no table",
}

# "room.module table"
SQL_TABLES: dict[str, str] = {
    "config.restore access_account": "asks whether the database to be overwritten is empty",
    "aid.payments.migrations access_protectedtable": "has the database told who may take which duty, as ProtectRows has it told of tables",
    "aid.payments.migrations access_scope": "a plan is seen from every part of its operation, and which parts there are access knows",
    "aid.programmes.migrations access_scope": "a programme is seen from every part of its operation, and which parts there are access knows",
    "platform.criteria.migrations access_scope": "a criterion is seen from every part of its operation, and which parts there are access knows",
    "reference.parties.migrations access_scope": "the world's scope, written into the policy of contacts once",
    "platform.history.installing access_accessversion": "enters history's tables among those access protects, as ProtectRows does",
    "platform.history.installing access_protectedtable": "enters history's tables among those access protects, as ProtectRows does",
    "platform.history.migrations access_accessversion": "enters history's tables among those access protects, as ProtectRows does",
    "platform.history.migrations access_protectedtable": "history's policies open a table to whom access opens the kept one",
}

# Ours one by one; those of a library by module.
VIEWS: dict[str, str] = {
    "allauth.account.views": "sign-in itself, and one's own address and password, for which allauth asks sign-in; sign-up is closed",
    "allauth.mfa.base.views": "second factor at sign-in, and one's own factors, for which allauth asks sign-in",
    "allauth.mfa.recovery_codes.views": "one's own recovery codes; allauth asks to sign in again first",
    "allauth.mfa.totp.views": "one's own authenticator; allauth asks to sign in again first",
    "allauth.mfa.webauthn.views": "sign-in by passkey, and one's own passkeys; allauth asks to sign in again first",
    "allauth.socialaccount.views": "one's own links to sign-on providers; sign-up is closed",
    "allauth.socialaccount.providers.openid_connect.views": "the round trip of single sign-on, before anybody is signed in",
    "allauth.usersessions.views": "one's own sessions, for which allauth asks sign-in",
    "ninja.openapi.views": "the root of the API, which answers 404; the document and its pages carry @public or @needs",
    "django.views.generic.base": "a redirect of allauth's own from an old address",
}
