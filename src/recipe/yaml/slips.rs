//! Slips of YAML in the words of people who do not know YAML: what a syntax error probably means, and the comment that
//! silently cuts a text.

use std::ops::Range;
use std::sync::Arc;

use serde_saphyr::Error;

use super::node::{Content, Node, span_of};
use crate::diagnostic::{Diagnostic, SourceText};

const QUOTE_ALL: &str = "put the whole value in quotes";

/// What the library says of a text that is no YAML, with what to do about it.
pub(super) fn syntax(source: &Arc<SourceText>, error: &Error) -> Diagnostic {
    let mut error = error.without_snippet();
    // An error below an alias is wrapped; what is wrong is the same.
    while let Error::AliasError { error: inner, .. } = error {
        error = inner;
    }
    let text = &source.text;
    let span = error.location().map_or(0..0, |location| span_of(&location, text));
    let span = span.start..span.end.max(span.start);
    match error {
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("?");
            let twice = Diagnostic::at(source, span, format!("the key `{key}` stands here twice"));
            return twice.help("a key may stand in a map once; take one out, or give it another name");
        }
        Error::MergeKeyNotAllowed { .. } => {
            let merge = Diagnostic::at(source, span, "`<<` is not part of a recipe");
            return merge.help("write the keys out, or repeat a whole value with an anchor `&name` and `*name`");
        }
        Error::MultipleDocuments { .. } => {
            let more = Diagnostic::at(source, span, "a second document begins here");
            return more.help("a file holds one recipe; take out the line `---`");
        }
        Error::Budget { breach, .. } => {
            let much = format!("{breach:?}").to_lowercase();
            return if much.starts_with("depth") {
                Diagnostic::at(source, span, "the recipe is nested too deeply").help("the limit is 64 levels")
            } else {
                Diagnostic::at(source, span, "the recipe is too large or repeats itself too often")
                    .help("a recipe has some hundred lines; is this the right file?")
            };
        }
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::RecursiveReferencesRequireWeakTypes { .. } => {
            return Diagnostic::at(source, span, "anchors and aliases repeat too much of the recipe")
                .help("write the values out");
        }
        _ => {}
    }
    let said = error.to_string();
    let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(said, _)| said);
    slip(source, &span, said)
}

/// The usual slips, told apart by what stands around the error.
fn slip(source: &Arc<SourceText>, span: &Range<usize>, said: &str) -> Diagnostic {
    let text = &source.text;
    let line_start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[span.start..].find('\n').map_or(text.len(), |at| span.start + at);
    let line = &text[line_start..line_end];
    let before = &text[line_start..span.start];
    let at = |title: &str| Diagnostic::at(source, span.clone(), title);

    if said.contains("tab") {
        return at("a tab stands where only blanks may indent").help("indent with blanks; two a level are usual");
    }
    if said.contains("unknown anchor") {
        let word = word(&text[span.start..]);
        return at(&format!("`{word}` is read as a reference to an anchor, and there is none of that name"))
            .help(format!("a text that begins with `*` needs quotes: \"{word}\""));
    }
    if said.contains("unexpected character") {
        let word = word(&text[span.start..]);
        let first = match word.chars().next() {
            Some('`') | None => "a grave accent".to_owned(),
            Some(letter) => format!("`{letter}`"),
        };
        return at(&format!("a text may not begin with {first} unless it is quoted"))
            .help(format!("{QUOTE_ALL}: \"{word}\""));
    }
    if said.contains("tag") && !said.contains("tabs") {
        let start = line_start + before.rfind('!').unwrap_or(before.len());
        let word = word(&text[start..]);
        return Diagnostic::at(source, start..(start + word.len()), format!("`{word}` is read as a tag of YAML"))
            .help(format!("a text that begins with `!` needs quotes: \"{word}\""));
    }
    if said.contains("unclosed quote") || said.contains("unterminated") {
        return at("this quote is never closed")
            .help("close it; inside single quotes a quote is written twice: 'it''s'");
    }
    let in_flow = said.contains("flow") || before.contains(['{', '[']);
    let template = before.rfind("${").filter(|start| !before[*start..].contains('}'));
    if said.contains("mapping values") && template.is_some() {
        return at("`: ` inside of `${…}` ends the text for YAML")
            .help(format!("{QUOTE_ALL}, for example '${{a ? \"x\" : \"y\"}}', or write it below `>-`"));
    }
    if in_flow && (template.is_some() || before.ends_with('$') && text[span.start..].starts_with('{')) {
        let start = template.or_else(|| before.rfind('$')).map_or(span.start, |at| line_start + at);
        let end = text[start..line_end].find('}').map_or(span.end, |at| start + at + 1);
        let value = &text[start..end];
        return Diagnostic::at(source, start..end, "`${…}` inside of `{ }` or `[ ]` needs quotes")
            .help(format!("write \"{value}\""));
    }
    if in_flow && said.contains("expected ','") && text[span.start..].starts_with(['[', '{']) {
        let start = line_start + before.rfind([' ', '{', '[', ',']).map_or(0, |at| at + 1);
        let end = start + text[start..line_end].find([',', '}', ' ']).unwrap_or(line_end - start);
        return Diagnostic::at(source, start..end, "brackets inside of `{ }` or `[ ]` need quotes")
            .help(format!("write \"{}\"", &text[start..end]));
    }
    if said.contains("trailing content") {
        return at("more text follows after the closing quote")
            .help(format!("{QUOTE_ALL}: '{}'", value_of(line).replace('\'', "''")));
    }
    if said.contains("mapping values") {
        return at("`: ` inside of a text makes YAML see another key")
            .help(format!("{QUOTE_ALL}: '{}'; or is the line indented too far?", value_of(line).replace('\'', "''")));
    }
    if in_flow && said.contains("expected ','") {
        return at("expected `,` or the closing bracket")
            .help("is a `}` or `]` missing on the line before, or a comma, or do values need quotes?");
    }
    if said.contains("unclosed bracket") {
        return at("this bracket is never closed").help("close it; a text that begins with a bracket needs quotes");
    }
    if said.contains("block sequence entries") {
        return at("a list cannot begin on the line of its key")
            .help("begin each `- ` on a line of its own, below the key");
    }
    at(&format!("this is not YAML: {said}"))
        .help("check the indentation of this line and the one before, and quotes around special characters")
}

/// The value part of a line `key: value`.
fn value_of(line: &str) -> &str {
    line.split_once(": ").map_or(line, |(_, value)| value).trim()
}

fn word(text: &str) -> &str {
    let end = text.find(|letter: char| letter.is_whitespace() || matches!(letter, ',' | '}' | ']'));
    &text[..end.unwrap_or(text.len())]
}

/// All texts that ` #` cuts: `message: Rechnung #1` is the text `Rechnung` to YAML. A real comment has a blank after the
/// sign.
pub(super) fn cut_by_comment(source: &Arc<SourceText>, root: &Node) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    look_behind(source, root, &mut problems);
    problems.sort_by_key(|problem: &Diagnostic| problem.place.as_ref().map(|(_, span)| span.start));
    problems.dedup_by_key(|problem| problem.place.as_ref().map(|(_, span)| span.clone()));
    problems
}

fn look_behind(source: &Arc<SourceText>, node: &Node, problems: &mut Vec<Diagnostic>) {
    let text = &source.text;
    let (start, end) = match &node.content {
        Content::List(items) => return items.iter().for_each(|item| look_behind(source, item, problems)),
        Content::Map(members) => {
            for (_, value) in members {
                look_behind(source, value, problems);
            }
            return;
        }
        Content::Quoted(_) => return,
        Content::Plain(_) => (node.span.start, node.span.end),
        // The library puts a missing value somewhere behind its key or dash, so look from there on.
        Content::Null => {
            let begin = match &node.key {
                Some(key) => key.end + usize::from(text[key.end..].starts_with(':')),
                None => {
                    let line = text[..node.span.start].rfind('\n').map_or(0, |at| at + 1);
                    let dash = text[line..].trim_start().starts_with('-');
                    let Some(at) = text[line..].find('-').filter(|_| dash) else { return };
                    line + at + 1
                }
            };
            (begin, begin)
        }
    };
    let Some(behind) = text.get(end..) else { return };
    let line = behind.split('\n').next().unwrap_or_default();
    let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
    let Some(comment) = line[blanks..].strip_prefix('#') else { return };
    if blanks == 0 || !comment.starts_with(|letter: char| letter.is_alphanumeric() || matches!(letter, '$' | '{')) {
        return;
    }
    let hash = end + blanks;
    let whole = match node.content {
        Content::Null => text[hash..].split('\n').next().unwrap_or_default().trim_end(),
        _ => text[start..].split('\n').next().unwrap_or_default().trim_end(),
    };
    let whole = if text[start..end].contains('\n') { "…" } else { whole };
    problems.push(
        Diagnostic::at(
            source,
            hash..(hash + line[blanks..].trim_end().len()),
            "` #` begins a comment and cuts the text off",
        )
        .label("this is not part of the value")
        .help(format!(
            "if it belongs to the text, {QUOTE_ALL}: \"{whole}\"; if it is a comment, put a blank after `#`"
        )),
    );
}
