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
        (other, _) => other,
    }
}
