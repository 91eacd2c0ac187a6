//! Which answer a yes-or-no column mostly has, by the words of its name.
//!
//! What a system does for nearly every row is said in words such as `active`, what it does to few in words such as
//! `deleted`; a verb before them (`allow`, `hide`) asks of the whole, and a negation turns the answer round.

/// The provider of a column that asks so, and why; `None` where both answers are as likely.
pub(super) fn answered(words: &[String]) -> Option<(&'static str, &'static str)> {
    let has = |list: &[&str], word: &String| list.contains(&word.as_str());
    let mut rest = words;
    let mut negated = false;
    while let [first, more @ ..] = rest
        && !more.is_empty()
        && (has(QUESTIONS, first) || has(NEGATIONS, first))
    {
        negated ^= has(NEGATIONS, first);
        rest = more;
    }
    let likely = match rest {
        [verb, _, ..] if has(VERBS_OF_MOST, verb) => Some(true),
        [verb, _, ..] if has(VERBS_OF_FEW, verb) => Some(false),
        _ => rest.iter().rev().find_map(|word| match () {
            () if has(OF_MOST, word) => Some(true),
            () if has(OF_FEW, word) => Some(false),
            () => None,
        }),
    }?;
    Some(match likely != negated {
        true => ("flag.likely", "named like what holds for most"),
        false => ("flag.rare", "named like what holds for few"),
    })
}

const QUESTIONS: &[&str] =
    &["is", "has", "was", "were", "are", "be", "been", "can", "should", "will", "did", "does", "do", "flag"];

const NEGATIONS: &[&str] = &["not", "no", "non", "never", "un", "without"];

/// Before the thing that most rows allow or show.
const VERBS_OF_MOST: &[&str] = &[
    "allow", "allows", "allowed", "enable", "enables", "enabled", "show", "shows", "accept", "accepts",
    "include",
];

/// Before the thing that few rows forbid or force.
const VERBS_OF_FEW: &[&str] = &[
    "disable", "disables", "disabled", "hide", "hides", "ignore", "ignores", "exclude", "excludes", "skip",
    "force", "forced", "must", "block", "blocks", "deny", "prevent", "suppress",
];

const OF_MOST: &[&str] = &[
    "active",
    "activated",
    "enabled",
    "visible",
    "published",
    "confirmed",
    "approved",
    "available",
    "verified",
    "valid",
    "current",
    "public",
    "allowed",
    "accepted",
    "success",
    "successful",
    "succeeded",
    "ok",
    "sent",
    "delivered",
    "processed",
    "searchable",
    "editable",
    "taxable",
    "online",
    "installed",
    "synced",
    "actif",
    "activo",
    "ativo",
    "aktiv",
    "attivo",
];

const OF_FEW: &[&str] = &[
    "deleted",
    "removed",
    "banned",
    "blocked",
    "locked",
    "archived",
    "admin",
    "administrator",
    "superuser",
    "staff",
    "moderator",
    "hidden",
    "disabled",
    "inactive",
    "cancelled",
    "canceled",
    "expired",
    "suspended",
    "spam",
    "draft",
    "test",
    "demo",
    "system",
    "default",
    "private",
    "failed",
    "failure",
    "error",
    "bot",
    "robot",
    "nsfw",
    "sensitive",
    "explicit",
    "featured",
    "pinned",
    "sticky",
    "stickied",
    "flagged",
    "refunded",
    "returned",
    "void",
    "voided",
    "frozen",
    "muted",
    "ignored",
    "excluded",
    "skipped",
    "forced",
    "discontinued",
    "obsolete",
    "deprecated",
    "broken",
    "corrupt",
    "corrupted",
    "infected",
    "dirty",
    "stale",
    "paused",
    "reported",
    "abandoned",
    "duplicate",
    "overdue",
    "late",
    "missing",
    "temporary",
    "temp",
    "legacy",
    "anonymous",
    "blacklisted",
    "quarantined",
    "rejected",
    "denied",
    "declined",
    "vip",
    "urgent",
    "internal",
    "readonly",
    "bounced",
    "unsubscribed",
    "supprime",
    "eliminado",
    "gesperrt",
    "geloescht",
    "cancellato",
];

#[cfg(test)]
mod tests {
    use super::super::name;

    #[test]
    fn words_and_negations_tell_which_answer_is_usual() {
        let answered = |column: &str| super::answered(&name::words(column)).map(|(kind, _)| kind);
        for likely in ["is_active", "email_verified", "allow_comments", "not_deleted", "isPublic", "enabled"]
        {
            assert_eq!(answered(likely), Some("flag.likely"), "{likely}");
        }
        for rare in ["deleted", "is_admin", "hide_email", "disable_login", "is_not_active", "was_refunded"] {
            assert_eq!(answered(rare), Some("flag.rare"), "{rare}");
        }
        for even in ["newsletter", "in_print", "no", "left_handed"] {
            assert_eq!(answered(even), None, "{even}");
        }
    }
}
