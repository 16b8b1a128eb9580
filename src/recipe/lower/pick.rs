//! Where the value of a field may stand: which keys say so, and which of them go with the kind of source at hand.

use super::super::model::{Per, Pick, SourceKind};
use super::super::raw;
use super::super::yaml::Keyed;
use super::{Context, document};
use crate::diagnostic::At;

/// All keys that say where a value stands.
const PLACES: [&str; 12] =
    ["column", "cell", "right_of", "below", "value", "header", "subject", "body", "text", "label", "path", "file"];

/// The keys of a field that say where its value stands.
pub(super) fn places(written: &Keyed<raw::Field>) -> Vec<&At<String>> {
    written.keys.iter().filter(|key| PLACES.contains(&key.as_str())).collect()
}

/// Reports a field that says nowhere where its value stands.
pub(super) fn no_place(context: &Context, name: &At<String>, source: Option<&SourceKind>) {
    let own = source.map_or(&PLACES[..4], SourceKind::finders);
    let help = format!("say where the value stands: {}, or `value:` for a computed one", keys(own));
    context.missing(&name.span, own.first().unwrap_or(&"column"), &help);
}

/// Reports a key that does not go with the source. A source that is wrong itself lets all pass.
pub(super) fn offered(context: &Context, key: &At<String>, source: Option<&SourceKind>) {
    let Some(source) = source else { return };
    let own = source.finders();
    if key.as_str() != "value" && !own.contains(&key.as_str()) {
        let title = format!("`{}` does not go with the source `{}`", key.value, source.word());
        context.wrong(&key.span, title, format!("values stand there by {}", keys(own)));
    }
}

/// Whether the one stands for the other: a term where there is an e-invoice, a place in the text where a PDF has none.
pub(super) fn is_instead(one: &At<String>, other: &At<String>, source: Option<&SourceKind>) -> bool {
    let in_text = |key: &At<String>| matches!(key.as_str(), "label" | "text");
    let pair = one.as_str() == "path" && in_text(other) || other.as_str() == "path" && in_text(one);
    pair && matches!(source.map(SourceKind::content), Some(SourceKind::Einvoice(_)))
}

/// Reports a place in a PDF's text where there can be none: lines are in e-invoices only.
pub(super) fn instead(context: &Context, written: &Keyed<raw::Field>, source: Option<&SourceKind>) {
    if let Some(SourceKind::Einvoice(einvoice)) = source.map(SourceKind::content)
        && einvoice.per != Per::Invoice
    {
        let key = if written.label.is_some() { "label" } else { "text" };
        let title = format!("`{key}` beside `path` goes with `per: invoice` only");
        context.wrong(&written.key(key), title, "the lines of an invoice cannot be told in the text of a PDF");
    }
}

/// What the source is to look up, if that is what is written.
pub(super) fn pick(context: &Context, written: &Keyed<raw::Field>, source: Option<&SourceKind>) -> Option<Pick> {
    if let Some(first) = written.first.as_ref().filter(|_| written.path.is_none()) {
        context.wrong(&first.span, "`first` goes with `path` only", "it says that the first of several places counts");
    }
    let named =
        |text: &At<crate::recipe::yaml::Text>, what: &str| At::new(context.not_empty(text, what), text.span.clone());
    let in_text = || match (&written.text, &written.label) {
        (Some(pattern), _) => Some(Pick::Text(context.group_pattern(pattern))),
        (None, caption) => Some(Pick::Label(named(caption.as_ref()?, "the caption"))),
    };
    if let Some(name) = &written.header {
        Some(Pick::Header(named(name, "the header's name")))
    } else if let Some(pattern) = &written.subject {
        Some(Pick::Subject(context.group_pattern(pattern)))
    } else if let Some(pattern) = &written.body {
        Some(Pick::Body(context.group_pattern(pattern)))
    } else if let Some(paths) = &written.path {
        if paths.0.is_empty() {
            context.wrong(&paths.span, "the list of paths is empty", "");
        }
        let first = written.first.as_ref().is_some_and(|first| first.value);
        let source = source?;
        let paths = paths.0.iter().filter_map(|path| document::path(context, path, source)).collect();
        Some(Pick::Path { paths, first, text: in_text().map(Box::new) })
    } else if let Some(pick) = in_text() {
        Some(pick)
    } else if let Some(file) = &written.file {
        if !file.value {
            context.wrong(&file.span, "`file: false` says nothing", "write `file: true`, or take the field out");
        }
        Some(Pick::File)
    } else {
        None
    }
}

fn keys(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}:`")).collect::<Vec<_>>().join(", ")
}
