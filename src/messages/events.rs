//! What happened to an entry, in words: the story that `eintrag explain` tells.

use super::Language;

/// The words for a kind of event; the kind itself where there are none.
pub fn event(kind: &str, language: Language) -> &str {
    use Language::{English, German};
    match (kind, language) {
        ("intent", English) => "about to be submitted",
        ("intent", German) => "wird abgeschickt",
        ("entered", English) => "entered",
        ("entered", German) => "eingetragen",
        ("found", English) => "found in the target",
        ("found", German) => "im Zielsystem gefunden",
        ("captured", English) => "read from the target",
        ("captured", German) => "aus dem Zielsystem gelesen",
        ("verified", English) => "read back, and as it should be",
        ("verified", German) => "gegengelesen und richtig",
        ("not_taken", English) => "the attempt did not take",
        ("not_taken", German) => "der Versuch hat nichts bewirkt",
        ("refused", English) => "failed",
        ("refused", German) => "gescheitert",
        ("unknown", English) => "submitted, but the end is not known",
        ("unknown", German) => "abgeschickt, Ausgang unbekannt",
        ("in_doubt", English) => "in doubt",
        ("in_doubt", German) => "ungewiss",
        ("added", English) => "came to the record later",
        ("added", German) => "kam später zum Datensatz",
        ("held", English) => "held",
        ("held", German) => "angehalten",
        ("differs", English) => "differs",
        ("differs", German) => "weicht ab",
        ("resolved_entered", English) => "decided by a person: it is in the target",
        ("resolved_entered", German) => "von einem Menschen entschieden: ist im Zielsystem",
        ("resolved_again", English) => "decided by a person: try again",
        ("resolved_again", German) => "von einem Menschen entschieden: noch einmal versuchen",
        ("approved", English) => "approved by a person",
        ("approved", German) => "von einem Menschen freigegeben",
        ("changed", English) => "the content has changed",
        ("changed", German) => "der Inhalt hat sich geändert",
        ("gone", English) => "no longer in the target",
        ("gone", German) => "nicht mehr im Zielsystem",
        ("left", English) => "decided by a person: stays in the target as it is",
        ("left", German) => "von einem Menschen entschieden: bleibt im Zielsystem, wie es ist",
        ("dropped", English) => "decided by a person: not to be entered",
        ("dropped", German) => "von einem Menschen entschieden: nicht eintragen",
        ("mail_due", English) => "its mail is to be put away",
        ("mail_due", German) => "die Mail wird abgelegt",
        ("mail_moved", English) => "its mail was marked as read and moved",
        ("mail_moved", German) => "die Mail wurde als gelesen markiert und verschoben",
        ("mail_read", English) => "its mail was marked as read",
        ("mail_read", German) => "die Mail wurde als gelesen markiert",
        ("mail_gone", English) => "its mail was moved or deleted by somebody else",
        ("mail_gone", German) => "die Mail wurde von jemand anderem verschoben oder gelöscht",
        ("mail_stays", English) => "its mail stays, since the mail server would not have it moved",
        ("mail_stays", German) => "die Mail bleibt liegen, der Mailserver lehnt das Ablegen ab",
        (other, _) => other,
    }
}

/// The name of a fact of an event; itself where it has no other.
pub fn event_fact(name: &str, language: Language) -> &str {
    match (name, language) {
        ("status", Language::German) => "Status",
        ("generation", Language::German) => "Generation",
        ("by", Language::German) => "von",
        ("to", Language::German) => "nach",
        ("mail", Language::German) => "Mail",
        ("mailbox", Language::German) => "Postfach",
        ("target", Language::German) => "Zielsystem",
        (other, _) => other,
    }
}
