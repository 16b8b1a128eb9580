//! The one way a message about a recipe looks: title, place, found, help. Modules say what is wrong; this draws it.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// A text that messages point into: a recipe file.
#[derive(Debug)]
pub struct SourceText {
    /// The path as the user gave it.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// A value and where it stands in its [`SourceText`], as a range of bytes.
#[derive(Clone, Debug, PartialEq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Bytes of the source text.
    pub span: Range<usize>,
}

impl<T> At<T> {
    /// A value at a place.
    pub fn new(value: T, span: Range<usize>) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> At<U> {
        At { value: change(self.value), span: self.span }
    }
}

impl<T> std::ops::Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// One thing wrong with a recipe (or another text of the user): lower case, no full stop.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What is wrong, with the thing in backticks: "unknown field `colum`".
    pub title: String,
    /// Where, if it stands somewhere.
    pub place: Option<(Arc<SourceText>, Range<usize>)>,
    /// What is said at the place itself, under the marked text.
    pub label: String,
    /// What to do: "did you mean `column`?".
    pub help: Option<String>,
}

impl Diagnostic {
    /// A message at a place.
    pub fn at(source: &Arc<SourceText>, span: Range<usize>, title: impl Into<String>) -> Self {
        Self { title: title.into(), place: Some((Arc::clone(source), span)), label: String::new(), help: None }
    }

    /// A message about no place in particular.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), place: None, label: String::new(), help: None }
    }

    /// With words at the marked text.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// `file:line:column`, counted from 1 in characters, where the message has a place.
    pub fn location(&self) -> Option<String> {
        let (source, span) = self.place.as_ref()?;
        let (line, column) = source.line_column(span.start);
        Some(format!("{}:{line}:{column}", source.path))
    }
}

impl SourceText {
    /// Line and column of a byte, both counted from 1; the column in characters.
    pub fn line_column(&self, byte: usize) -> (usize, usize) {
        let byte = (0..=byte.min(self.text.len())).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let before = &self.text[..byte];
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// Title, snippet and help, as `rustc` prints them; without colour.
impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
        if self.place.is_none() {
            // The renderer would draw the margin of a snippet that is not there.
            write!(out, "error: {}", self.title)?;
            return self.help.iter().try_for_each(|help| write!(out, "\n  = help: {help}"));
        }
        let mut group = Level::ERROR.primary_title(&*self.title).elements(Vec::<annotate_snippets::Element<'_>>::new());
        if let Some((source, span)) = &self.place {
            let end = span.end.min(source.text.len()).max(span.start.min(source.text.len()));
            let start = span.start.min(end);
            group = group.element(
                Snippet::source(&*source.text)
                    .path(&*source.path)
                    .annotation(AnnotationKind::Primary.span(start..end).label(&*self.label)),
            );
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(&**help));
        }
        write!(out, "{}", Renderer::plain().render(&[group]))
    }
}

/// The nearest of the known words, if one is near enough to be meant.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = word.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count().max(3) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
