//! Mails: `mail`, `mail_invoice`, `mbox` and `msg`.

use serde_json::Value as Json;

use super::{Said, compare};

#[test]
fn mails_are_read_as_others_read_them() {
    for family in ["mail", "mail_invoice", "mbox", "msg"] {
        compare(family, compare_mails);
    }
}

/// Mails field by field; each field, and each attachment, counts as a cell.
fn compare_mails(said: &Said, answer: &Json) -> (usize, Vec<String>) {
    let Some(items) = answer["items"].as_array() else {
        let [line] = said.lines.as_slice() else { return (1, vec![format!("{} mails", said.lines.len())]) };
        return compare_mail(line, answer);
    };
    let (mut cells, mut differences) = (0, Vec::new());
    if said.lines.len() != items.len() {
        return (1, vec![format!("{} mails instead of {}", said.lines.len(), items.len())]);
    }
    for (number, (line, item)) in said.lines.iter().zip(items).enumerate() {
        let (count, wrong) = compare_mail(line, item);
        cells += count;
        differences.extend(wrong.into_iter().map(|wrong| format!("message {}: {wrong}", number + 1)));
    }
    (cells, differences)
}

fn compare_mail(line: &Json, answer: &Json) -> (usize, Vec<String>) {
    let mut wrong = Vec::new();
    let disputes = answer["second_reader_postal_mime"]["disputed_fields"].as_array();
    let is_disputed = |field: &str| disputes.is_some_and(|list| list.iter().any(|one| one == field));
    let found = |field: &str| line[field].as_str().unwrap_or_default();
    let mut check = |field: &str, right: bool, found: &str, wanted: &Json| {
        if !right && !is_disputed(field) {
            wrong.push(format!("{field}: {found:?} instead of {wanted}"));
        }
    };
    for field in ["from", "to"] {
        let people = answer[field].as_array();
        let all = people.into_iter().flatten().all(|person| {
            ["name", "addr"]
                .iter()
                .all(|part| words(found(field)).contains(&words(person[part].as_str().unwrap_or_default())))
        });
        // The reader of Outlook's mails writes them in a row.
        let sender = answer["sender"].as_str().filter(|_| field == "from");
        let written = sender.or(answer[field].as_str()).unwrap_or_default().replace(['"', '<', '>'], "");
        let row = written.split_whitespace().all(|word| word == "None" || found(field).contains(word));
        let none = people.is_none_or(|people| people.is_empty()) && written.is_empty();
        check(field, if none { found(field).is_empty() } else { all && row }, found(field), &answer[field]);
    }
    for field in ["subject", "message_id"] {
        let wanted = answer[field].as_str().unwrap_or_default();
        check(field, words(found(field)) == words(wanted), found(field), &answer[field]);
    }
    let same_moment = moment(found("date")) == moment(answer["date"].as_str().unwrap_or_default());
    check("date", same_moment, found("date"), &answer["date"]);
    // Where there is no plain text, others give none, and the contract wants one made of the HTML.
    let is_made = answer["text"].is_null() && !answer["html"].is_null();
    if let Some(text) = answer["text"].as_str().filter(|_| !is_made) {
        let cut = answer["text_chars"].as_u64().is_some_and(|all| all > text.chars().count() as u64);
        let (ours, theirs) = (words(found("text")), words(text));
        let same = ours == theirs || (cut && ours.starts_with(theirs.trim_end_matches('…').trim_end()));
        check("text", same || answer["text_unreliable"].is_string(), found("text"), &answer["text"]);
    }
    let no_attachments = Vec::new();
    let ours = line["attachments"].as_array().unwrap();
    let theirs = answer["attachments"].as_array().unwrap_or(&no_attachments);
    for (at, wanted) in theirs.iter().enumerate() {
        let (name, size, hash) = match wanted.as_array() {
            Some(parts) => (&parts[0], &parts[1], &parts[2]),
            None => (&wanted["filename"], &wanted["size"], &wanted["sha256"]),
        };
        let right = ours.get(at).is_some_and(|ours| {
            words(ours["name"].as_str().unwrap_or_default()) == words(name.as_str().unwrap_or_default())
                && (size.is_null() || ours["size"] == *size)
                && (hash.is_null() || ours["sha256"] == *hash)
        });
        check("attachments_missing_in_second", right, &ours.get(at).map(Json::to_string).unwrap_or_default(), wanted);
    }
    let same_count = ours.len() == theirs.len() || is_disputed("attachments_missing_in_second");
    check("attachments", same_count, &ours.len().to_string(), &theirs.len().into());
    (6 + theirs.len(), wrong)
}

/// White space does not count: readers fold lines differently.
fn words(text: &str) -> String {
    text.replace('\0', "").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A moment by the second; of a time without a zone its digits.
fn moment(text: &str) -> Option<String> {
    let whole = text.split('.').next().unwrap_or_default();
    let zone = if text.contains('.') { text.find(['+', 'Z']).map_or("", |at| &text[at..]) } else { "" };
    let text = format!("{whole}{zone}");
    text.parse::<jiff::Timestamp>().map(|moment| moment.to_string()).ok().or_else(|| (!text.is_empty()).then_some(text))
}
