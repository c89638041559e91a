"""What the log calls things, in words; the language is the one that is active."""

from django.utils.translation import gettext, gettext_noop

from service.people.models import Deed

_DEEDS = {
    "account_login": gettext_noop("Logged in"),
    "account_logout": gettext_noop("Logged out"),
    "account_invitation": gettext_noop("Came in by an invitation"),
    "account_change_password": gettext_noop("Changed the password"),
    "account_reauthenticate": gettext_noop("Proved it again by password"),
    "mfa_reauthenticate": gettext_noop("Proved it again by a code"),
    "mfa_reauthenticate_webauthn": gettext_noop("Proved it again by a passkey"),
    "mfa_activate_totp": gettext_noop("Set up an app for codes"),
    "mfa_deactivate_totp": gettext_noop("Took the app for codes away"),
    "mfa_add_webauthn": gettext_noop("Added a passkey"),
    "mfa_remove_webauthn": gettext_noop("Removed a passkey"),
    "mfa_generate_recovery_codes": gettext_noop("Made new recovery codes"),
    "console:speak": gettext_noop("Chose a language"),
    "console:reschedule": gettext_noop("Changed a schedule"),
    "console:edition": gettext_noop("Edited a letter"),
    "console:edition_approve": gettext_noop("Approved a letter"),
    "console:edition_pause": gettext_noop("Paused a letter"),
    "console:edition_resume": gettext_noop("Let a letter go on"),
    "console:edition_stop": gettext_noop("Stopped a letter"),
    "console:edition_test": gettext_noop("Sent a test letter"),
    "console:article_correct": gettext_noop("Said what a change was"),
    "console:article_ask": gettext_noop("Asked the source for an article"),
    "console:article_withdraw": gettext_noop("Withdrew an article"),
    "console:article_restore": gettext_noop("Restored an article"),
    "console:name_remove": gettext_noop("Took a name off"),
    "console:name_restore": gettext_noop("Let a name stand again"),
    "console:feeds_decide": gettext_noop("Decided about withdrawals that waited"),
    "console:feeds_read": gettext_noop("Had a source read"),
    "console:feed_close": gettext_noop("Closed a feed"),
    "console:feed_move": gettext_noop("Moved a feed"),
    "console:feed_reopen": gettext_noop("Opened a feed again"),
    "console:domain_decide": gettext_noop("Decided about a domain"),
    "console:comment_delete": gettext_noop("Deleted a comment"),
    "console:reader": gettext_noop("Looked one reader up"),
    "console:reader_export": gettext_noop("Mailed a reader all that is kept"),
    "console:reader_erase": gettext_noop("Erased a reader"),
    "console:list_take": gettext_noop("Brought in a list"),
    "console:list_export": gettext_noop("Took out the list of readers"),
    "console:people_invite": gettext_noop("Invited somebody"),
    "console:people_withdraw": gettext_noop("Withdrew an invitation"),
    "console:person_role": gettext_noop("Changed somebody's role"),
    "console:person_off": gettext_noop("Switched somebody off"),
    "console:person_on": gettext_noop("Switched somebody on"),
    "console:person_factor": gettext_noop("Reset somebody's second factor"),
    "approve": gettext_noop("Approved a letter"),
    "cancel": gettext_noop("Stopped a letter"),
    "pause": gettext_noop("Paused a letter"),
    "resume": gettext_noop("Let a letter go on"),
    "create_partner": gettext_noop("Began with a partner"),
    "revoke_key": gettext_noop("Revoked a key"),
    "erase_subscriber": gettext_noop("Erased a reader"),
    "export_subscriber": gettext_noop("Mailed a reader all that is kept"),
    "export_list": gettext_noop("Took out the list of readers"),
    "import_subscribers": gettext_noop("Brought in a list"),
    "remove_byline": gettext_noop("Took a name off"),
    "restore_byline": gettext_noop("Let a name stand again"),
    "invite": gettext_noop("Invited somebody"),
}


def deed_name(what: str) -> str:
    """A page or command that has no words here yet is told by its own name."""
    if what.startswith("admin:"):
        return gettext("Raw records: %(what)s") % {"what": what.removeprefix("admin:").replace("_", " ")}
    return gettext(_DEEDS[what]) if what in _DEEDS else what.removeprefix("console:").replace("_", " ")


def outcome_name(outcome: str) -> str:
    """Sentences of a refusal stay as they were said."""
    known = {
        Deed.ASKED: gettext("broken off: nobody knows what came of it"),
        "done": gettext("done"),
        "refused": gettext("refused"),
        "failed": gettext("failed"),
        "refused: a proof is due": gettext("refused: a proof was due first"),
        "shut out: too many wrong passwords": gettext("shut out: too many wrong passwords"),
    }
    return known.get(outcome, outcome)
