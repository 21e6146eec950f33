"""Rows of the audit trail in words: what was done, how it is signed, and what a verification found."""

from __future__ import annotations

from hmi.facade.access_data import AuditItem, AuditVerdict
from hmi.gui.i18n import fill, translate
from hmi.gui.widgets.figures import clock, figure


def deed_word(action: str) -> str:
    """An action of the trail in words; an unknown one as recorded."""
    words = {
        "SIGN_IN": translate("Audit", "signed in"),
        "SIGN_IN_FAILED": translate("Audit", "sign-in failed"),
        "SIGN_OUT": translate("Audit", "signed out"),
        "SESSION_ENDED": translate("Audit", "session ended"),
        "LOCK": translate("Audit", "locked"),
        "UNLOCK": translate("Audit", "unlocked"),
        "DENIED": translate("Audit", "denied"),
        "USER_ADDED": translate("Audit", "user added"),
        "USER_CHANGED": translate("Audit", "user changed"),
        "USER_UNLOCKED": translate("Audit", "user unlocked"),
        "PASSWORD_CHANGED": translate("Audit", "password changed"),
        "PASSWORD_RESET": translate("Audit", "password reset"),
        "PIN_CHANGED": translate("Audit", "PIN changed"),
        "BADGE_CHANGED": translate("Audit", "badge changed"),
        "SECOND_FACTOR_ON": translate("Audit", "second factor on"),
        "SECOND_FACTOR_OFF": translate("Audit", "second factor off"),
        "ROLE_CHANGED": translate("Audit", "role changed"),
        "BREAK_GLASS_SEALED": translate("Audit", "break-glass code sealed"),
        "BREAK_GLASS_USED": translate("Audit", "break-glass code used"),
        "CONTROL_TAKEN": translate("Audit", "control taken"),
        "CONTROL_FORCED": translate("Audit", "control taken by force"),
        "CONTROL_REQUESTED": translate("Audit", "control asked for"),
        "CONTROL_HANDED_OVER": translate("Audit", "control handed over"),
        "ALARM_ACK": translate("Audit", "alarm acknowledged"),
        "ALARM_RESET": translate("Audit", "alarm reset"),
        "ALARM_SHELVE": translate("Audit", "alarm shelved"),
        "ALARM_UNSHELVE": translate("Audit", "alarm unshelved"),
        "ALARM_SILENCE": translate("Audit", "horn silenced"),
        "ALARM_COMMENT": translate("Audit", "alarm commented"),
        "AUDIT_EXPORTED": translate("Audit", "audit exported"),
        "AUDIT_PRUNED": translate("Audit", "old audit rows removed"),
        "AUDIT_FAILED": translate("Audit", "audit could not be stored"),
        "AUDIT_WITNESS_NEW": translate("Audit", "new witness of the trail"),
        "BACKUP_CREATED": translate("Audit", "backup made"),
        "BACKUP_RESTORED": translate("Audit", "backup restored"),
        "CERTIFICATE_CHANGED": translate("Audit", "certificate changed"),
        "CONFIG_CHANGED": translate("Audit", "configuration changed"),
        "DATABASE_DECRYPTED": translate("Audit", "database decrypted"),
        "DATABASE_ENCRYPTED": translate("Audit", "database encrypted"),
        "STATION_STARTED": translate("Audit", "station started"),
        "STATION_STOPPED": translate("Audit", "station stopped"),
        "CLOCK_STEPPED": translate("Audit", "clock changed"),
    }
    return words.get(action, action)


def known_deeds() -> list[tuple[str, str]]:
    """Actions for the filter, as recorded and in words: whole groups, then what is looked for most."""
    return [
        ("", translate("Audit", "All actions")),
        ("SIGN_*", translate("Audit", "signing in and out")),
        ("SIGN_IN_FAILED", translate("Audit", "sign-in failed")),
        ("DENIED", translate("Audit", "denied")),
        ("ALARM_*", translate("Audit", "alarms")),
        ("USER_*", translate("Audit", "users")),
        ("PASSWORD_*", translate("Audit", "passwords")),
        ("ROLE_CHANGED", translate("Audit", "role changed")),
        ("CONTROL_*", translate("Audit", "control places")),
        ("BREAK_GLASS_*", translate("Audit", "break-glass")),
        ("CONFIG_CHANGED", translate("Audit", "configuration changed")),
        ("BACKUP_CREATED", translate("Audit", "backup made")),
        ("AUDIT_*", translate("Audit", "audit trail")),
    ]


def change_words(item: AuditItem) -> str:
    """Old and new value in one text."""
    unit = f" {item.unit}" if item.unit else ""
    if item.old and item.new:
        return f"{item.old} → {item.new}{unit}"
    if item.new:
        return f"→ {item.new}{unit}"
    return f"{item.old} →" if item.old else ""


def who_words(item: AuditItem) -> str:
    """The actor, and beside it who approved."""
    if item.approver:
        return fill(translate("Audit", "%1, approved by %2"), item.actor, item.approver)
    return item.actor


def who_short(item: AuditItem) -> str:
    """Both persons of an approved row, for a narrow column."""
    return f"{item.actor} + {item.approver}" if item.approver else item.actor


def signature_words(item: AuditItem) -> str:
    """How a row is signed."""
    if not item.signature:
        return translate("Audit", "not signed: the action asked for no signature")
    if item.approver:
        return fill(translate("Audit", "signed by %1, approved by %2"), item.actor, item.approver)
    return fill(translate("Audit", "signed by %1"), item.actor)


def is_refused(item: AuditItem) -> bool:
    """True if the action was not carried out."""
    return item.action in ("DENIED", "SIGN_IN_FAILED") or item.result.startswith(("denied", "refused", "failed"))


def verdict_words(verdict: AuditVerdict, zone: str) -> str:
    """What following the chain found, in a sentence or two."""
    time = clock(verdict.t_checked_us, zone, seconds=False)
    if not verdict.ok:
        if verdict.first_bad_seq is None:
            return fill(translate("Audit", "The trail is not whole, checked at %1: %2"), time, verdict.reason)
        words = translate("Audit", "Row %1 is not as it was written: %2. Checked at %3; rows before it are sound.")
        return fill(words, figure(verdict.first_bad_seq, 0), verdict.reason, time)
    rows = figure(verdict.rows, 0)
    if verdict.witness == "central":
        words = translate("Audit", "Chain verified to %1, %2 rows, held against the central server's witness")
    elif verdict.witness == "local":
        words = translate("Audit", "Chain verified to %1, %2 rows, held against this station's witness only")
    else:
        words = translate("Audit", "Chain verified to %1, %2 rows; no witness yet, so a cut tail would not show")
    return fill(words, time, rows)
