//! Why a record ended as it did, in words: what happened, and what to do where there is something to do.

use super::Language;
use super::troubles::{differences, trouble};
use crate::record::Origin;
use crate::runner::Reason;

/// The words for a reason: lower case in English, no full stop.
pub fn reason(reason: &Reason, language: Language) -> String {
    match language {
        Language::English => english(reason),
        Language::German => german(reason),
    }
}

fn places(origins: &[Origin]) -> String {
    origins.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn english(reason: &Reason) -> String {
    let words = |facts| trouble(facts, Language::English);
    let list = |facts: &[_]| differences(facts, Language::English);
    match reason {
        Reason::DuplicateOf(first) => format!("duplicate of {first}"),
        Reason::Conflict(others) if others.is_empty() => "the same key is being entered already".to_owned(),
        Reason::Conflict(others) => {
            format!("the same key with other content stands at {}; correct the file and run again", places(others))
        }
        Reason::NeedsApproval(condition) => {
            format!("needs approval, since {condition}; approve it with `eintrag approve` and run again")
        }
        Reason::Gate { rejected, records, below } => {
            format!("{rejected} of {records} records are rejected, and the recipe sends only if it is below {below}")
        }
        Reason::Changed(fields) => {
            format!("it was entered before, and these fields have changed since: {}", fields.join(", "))
        }
        Reason::Added => "it came to a record of which others are in the target already; look there, then say \
                          `eintrag resolve --again` to enter it, or `--entered` where it is in"
            .to_owned(),
        Reason::Removed => "it was submitted before, and its record does not have it any more; see to it in the target, \
                            then say `eintrag resolve`"
            .to_owned(),
        Reason::OfElement { name, reason } => format!("`{name}`: {}", english(reason)),
        Reason::ChangeIgnored(fields) => {
            format!("entered before; the recipe ignores that these fields have changed: {}", fields.join(", "))
        }
        Reason::ChangedInTarget(differences) => {
            format!("somebody changed it in the target since it was entered: {}", list(differences))
        }
        Reason::CannotReadBack => {
            "it has changed, but whether somebody changed it in the target too cannot be told; the recipe has no `verify:`"
                .to_owned()
        }
        Reason::WasThere => "it was in the target already".to_owned(),
        Reason::FoundDifferent(differences) => {
            format!("it is in the target already, but different: {}", list(differences))
        }
        Reason::ReadBackDifferent(differences) => format!("it was entered, but reads back different: {}", list(differences)),
        Reason::NotReadBack(facts) => {
            format!("it was entered, but could not be read back yet; the next run does that: {}", words(facts))
        }
        Reason::Unsure(facts) => format!("whether it is in the target cannot be told: {}", words(facts)),
        Reason::Refused(facts) => words(facts),
        Reason::RefusedEarlier(None) => {
            "an earlier run failed; try again with `eintrag resolve --again`".to_owned()
        }
        Reason::RefusedEarlier(Some(why)) => {
            format!("an earlier run failed: {why}; correct it, or try again with `eintrag resolve --again`")
        }
        Reason::SaysExists(facts) => {
            format!("{}, but no look-up can tell whether it is the same", words(facts))
        }
        Reason::Unreachable { trouble, attempts } if trouble.is_of_recipe_or_page() => format!(
            "{}; nothing was written after {attempts} attempts; correct the recipe, or run again once the page is right",
            words(trouble)
        ),
        Reason::Unreachable { trouble, attempts } => {
            format!("nothing was written after {attempts} attempts; run again later: {}", words(trouble))
        }
        Reason::AttemptsUsedUp(facts) => {
            format!("it is not in the target, and all attempts are used up; the last one: {}", words(facts))
        }
        Reason::NoLookup(None) => {
            "it was submitted, and the run ended before the answer came; look in the target, then say `eintrag resolve`"
                .to_owned()
        }
        Reason::NoLookup(Some(facts)) => format!(
            "it was submitted without a clear answer; look in the target, then say `eintrag resolve`: {}",
            words(facts)
        ),
        Reason::LookupFailed(facts) => format!(
            "it was submitted without a clear answer, and cannot be looked up now; run again later: {}",
            words(facts)
        ),
        Reason::StoppedUnsettled => {
            "it was submitted without a clear answer, and the run was stopped; run again to look it up".to_owned()
        }
        Reason::NotSettled => {
            "an earlier run submitted it without a clear answer, and this run submits nothing; run again to settle it"
                .to_owned()
        }
        Reason::Stopped => "the run was stopped".to_owned(),
        Reason::TargetStopped(why) => format!("the target was given up: {}", english(why)),
        Reason::LoginFailed(facts) => format!("the login does not work: {}", words(facts)),
        Reason::TooManyFailures(count) => format!("{count} failures in a row"),
        Reason::Waits(earlier) => format!("waits for `{earlier}`"),
        Reason::NotSelected => "left out by `--limit` or `--only`".to_owned(),
        Reason::Rehearsed => "rehearsed: all but the write was done".to_owned(),
        Reason::OnlyRechecked => "not entered yet; `--recheck` enters nothing".to_owned(),
        Reason::Gone => "it was entered, but is not in the target any more".to_owned(),
        Reason::Distrusted => {
            "the journal was lost or restored from a copy, and without a `lookup:` it cannot be told whether this was \
             entered; check the target, then say `eintrag journal trust`"
                .to_owned()
        }
        Reason::KeyChanged(was) => format!(
            "the recipe's key was `{was}` so far, and without a `lookup:` it cannot be told whether this was entered under \
             it; check the target, then say `eintrag journal trust`"
        ),
        Reason::Dropped => "dropped by a person".to_owned(),
        Reason::PartsChanged(parts) => {
            format!("it is half done under parts that the recipe no longer has: {}", parts.join(", "))
        }
        Reason::CannotBeSent(facts) => format!("it cannot be sent: {}", words(facts)),
    }
}

fn german(reason: &Reason) -> String {
    let words = |facts| trouble(facts, Language::German);
    let list = |facts: &[_]| differences(facts, Language::German);
    match reason {
        Reason::DuplicateOf(first) => format!("doppelt: gleich wie {first}"),
        Reason::Conflict(others) if others.is_empty() => "derselbe Schlüssel wird gerade eingetragen".to_owned(),
        Reason::Conflict(others) => format!(
            "derselbe Schlüssel steht mit anderem Inhalt in {}; Datei berichtigen und neu starten",
            places(others)
        ),
        Reason::NeedsApproval(condition) => {
            format!("muss freigegeben werden ({condition}); mit `eintrag approve` freigeben und neu starten")
        }
        Reason::Gate { rejected, records, below } => format!(
            "{rejected} von {records} Datensätzen sind abgelehnt; das Rezept sendet nur, wenn es weniger als {below} sind"
        ),
        Reason::Changed(fields) => {
            format!("wurde schon eingetragen; seitdem haben sich diese Felder geändert: {}", fields.join(", "))
        }
        Reason::Added => "ist zu einem Datensatz dazugekommen, von dem andere schon im Zielsystem sind; dort nachsehen, \
                          dann mit `eintrag resolve --again` eintragen, oder `--entered`, wenn es schon dort ist"
            .to_owned(),
        Reason::Removed => "wurde schon abgeschickt und steht nicht mehr im Datensatz; im Zielsystem danach sehen, dann \
                            `eintrag resolve`"
            .to_owned(),
        Reason::OfElement { name, reason } => format!("`{name}`: {}", german(reason)),
        Reason::ChangeIgnored(fields) => {
            format!("schon eingetragen; das Rezept übergeht Änderungen in: {}", fields.join(", "))
        }
        Reason::ChangedInTarget(differences) => {
            format!("im Zielsystem hat es seit dem Eintragen jemand geändert: {}", list(differences))
        }
        Reason::CannotReadBack => {
            "der Inhalt hat sich geändert; ob es auch im Zielsystem jemand geändert hat, ist ohne `verify:` nicht feststellbar"
                .to_owned()
        }
        Reason::WasThere => "war schon im Zielsystem".to_owned(),
        Reason::FoundDifferent(differences) => format!("ist schon im Zielsystem, aber anders: {}", list(differences)),
        Reason::ReadBackDifferent(differences) => {
            format!("wurde eingetragen, steht im Zielsystem aber anders: {}", list(differences))
        }
        Reason::NotReadBack(facts) => format!(
            "wurde eingetragen, konnte aber noch nicht gegengelesen werden; das macht der nächste Lauf: {}",
            words(facts)
        ),
        Reason::Unsure(facts) => format!("ob es im Zielsystem steht, ist nicht feststellbar: {}", words(facts)),
        Reason::Refused(facts) => words(facts),
        Reason::RefusedEarlier(None) => {
            "ein früherer Lauf ist gescheitert; mit `eintrag resolve --again` erneut versuchen".to_owned()
        }
        Reason::RefusedEarlier(Some(why)) => format!(
            "ein früherer Lauf ist gescheitert ({why}); berichtigen oder mit `eintrag resolve --again` erneut versuchen"
        ),
        Reason::SaysExists(facts) => {
            format!("{}; ob es dasselbe ist, kann keine Suche klären", words(facts))
        }
        Reason::Unreachable { trouble, attempts } if trouble.is_of_recipe_or_page() => format!(
            "{}; nach {attempts} Versuchen nichts geschrieben; das Rezept berichtigen, oder neu starten, sobald die Seite \
             stimmt",
            words(trouble)
        ),
        Reason::Unreachable { trouble, attempts } => {
            format!("nach {attempts} Versuchen nichts geschrieben; später neu starten: {}", words(trouble))
        }
        Reason::AttemptsUsedUp(facts) => {
            format!("steht nicht im Zielsystem, und alle Versuche sind verbraucht; der letzte: {}", words(facts))
        }
        Reason::NoLookup(None) => {
            "wurde abgeschickt, und der Lauf endete vor der Antwort; im Zielsystem nachsehen, dann `eintrag resolve`"
                .to_owned()
        }
        Reason::NoLookup(Some(facts)) => format!(
            "wurde ohne klare Antwort abgeschickt; im Zielsystem nachsehen, dann `eintrag resolve`: {}",
            words(facts)
        ),
        Reason::LookupFailed(facts) => format!(
            "wurde ohne klare Antwort abgeschickt und ist gerade nicht auffindbar; später neu starten: {}",
            words(facts)
        ),
        Reason::StoppedUnsettled => {
            "wurde ohne klare Antwort abgeschickt, dann wurde der Lauf beendet; neu starten, um nachzusehen".to_owned()
        }
        Reason::NotSettled => {
            "ein früherer Lauf hat es ohne klare Antwort abgeschickt, und dieser schickt nichts ab; zum Klären neu starten"
                .to_owned()
        }
        Reason::Stopped => "der Lauf wurde beendet".to_owned(),
        Reason::TargetStopped(why) => format!("das Zielsystem wurde aufgegeben: {}", german(why)),
        Reason::LoginFailed(facts) => format!("die Anmeldung gelingt nicht: {}", words(facts)),
        Reason::TooManyFailures(count) => format!("{count} Fehlschläge hintereinander"),
        Reason::Waits(earlier) => format!("wartet auf `{earlier}`"),
        Reason::NotSelected => "durch `--limit` oder `--only` ausgelassen".to_owned(),
        Reason::Rehearsed => "geprobt: alles außer dem Schreiben wurde getan".to_owned(),
        Reason::OnlyRechecked => "noch nicht eingetragen; `--recheck` trägt nichts ein".to_owned(),
        Reason::Gone => "wurde eingetragen, steht aber nicht mehr im Zielsystem".to_owned(),
        Reason::Distrusted => {
            "das Journal ging verloren oder ist eine ältere Kopie; ohne `lookup:` ist nicht feststellbar, ob dies \
             eingetragen wurde; im Zielsystem nachsehen, dann `eintrag journal trust`"
                .to_owned()
        }
        Reason::KeyChanged(was) => format!(
            "der Schlüssel des Rezepts war bisher `{was}`; ohne `lookup:` ist nicht feststellbar, ob dies darunter \
             eingetragen wurde; im Zielsystem nachsehen, dann `eintrag journal trust`"
        ),
        Reason::Dropped => "von einer Person verworfen".to_owned(),
        Reason::PartsChanged(parts) => {
            format!("ist halb eingetragen, mit Teilen, die das Rezept nicht mehr kennt: {}", parts.join(", "))
        }
        Reason::CannotBeSent(facts) => format!("kann nicht gesendet werden: {}", words(facts)),
    }
}
