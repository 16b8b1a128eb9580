//! The HTML body of a mail: its text as a person reads it, and the tables in it. Cells stay apart, and what a browser
//! does not show (scripts, styles) is left out.

use scraper::node::Node;
use scraper::{ElementRef, Html, Selector};

/// The longest HTML body that is looked into.
const LONGEST: usize = 20 << 20;

/// How deep elements may be nested, those aside that need not be closed.
const DEEPEST: usize = 10_000;
const UNCLOSED: [&str; 20] = [
    "p", "br", "img", "hr", "li", "td", "tr", "th", "meta", "input", "col", "link", "option", "tbody", "thead",
    "tfoot", "dt", "dd", "font", "span",
];

/// The most cells of a table, and of one row of it.
const MOST_CELLS_OF_ALL: usize = 1_000_000;
const MOST_CELLS: usize = 1_000;

/// Elements that begin a line of their own.
const BLOCKS: [&str; 26] = [
    "address",
    "article",
    "blockquote",
    "body",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "section",
    "table",
    "ul",
];

/// Elements of which nothing is shown.
const HIDDEN: [&str; 6] = ["head", "script", "style", "template", "noscript", "title"];

/// An HTML body, taken apart.
pub(super) struct Page(Html);

impl Page {
    /// Takes a body apart; none that is longer or nested deeper than any person's mail.
    pub(super) fn new(html: &str) -> Option<Self> {
        (html.len() <= LONGEST && !is_too_deep(html)).then(|| Self(Html::parse_document(html)))
    }

    /// Its text: a line a block, the cells of a table's row apart by tabs. With `cut`, without quoted mails.
    pub(super) fn text(&self, cut: bool) -> String {
        let mut lines = Lines::default();
        // The tree is walked without recursion: mails nest as deep as their senders like.
        let mut hidden = 0_usize;
        for edge in self.0.tree.root().traverse() {
            match edge {
                ego_tree::iter::Edge::Open(node) => match node.value() {
                    Node::Element(element) => {
                        let name = element.name();
                        if hidden > 0 || HIDDEN.contains(&name) || (cut && is_quoted(element)) {
                            hidden += 1;
                        } else if name == "br" {
                            lines.break_line();
                        } else if name == "tr" || BLOCKS.contains(&name) {
                            lines.begin();
                        } else if matches!(name, "td" | "th") {
                            lines.cell();
                        }
                    }
                    Node::Text(text) if hidden == 0 => lines.add(text),
                    _ => {}
                },
                ego_tree::iter::Edge::Close(node) => {
                    if let Node::Element(element) = node.value() {
                        if hidden > 0 {
                            hidden -= 1;
                        } else if element.name() == "tr" || BLOCKS.contains(&element.name()) {
                            lines.begin();
                            if element.name() == "p" {
                                lines.gap = true;
                            }
                        }
                    }
                }
            }
        }
        lines.finish()
    }

    /// Its tables, each row with the texts of its cells. A cell that spans columns is followed by empty ones; what is in a
    /// table within a table belongs to the inner one. A table that is larger than any that people send is left out as a
    /// whole.
    pub(super) fn tables(&self) -> Vec<Vec<Vec<String>>> {
        let table = Selector::parse("table").expect("a name is a selector");
        self.0.select(&table).filter_map(rows).collect()
    }
}

fn rows(table: ElementRef<'_>) -> Option<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    let sections = ["thead", "tbody", "tfoot"];
    for child in table.child_elements() {
        if sections.contains(&child.value().name()) {
            rows.extend(child.child_elements().filter(is_row));
        } else if is_row(&child) {
            rows.push(child);
        }
    }
    let mut room = MOST_CELLS_OF_ALL;
    let mut texts = Vec::new();
    for row in rows {
        let row = cells(row)?;
        room = room.checked_sub(row.len())?;
        texts.push(row);
    }
    Some(texts)
}

fn is_row(element: &ElementRef<'_>) -> bool {
    element.value().name() == "tr"
}

fn cells(row: ElementRef<'_>) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    for cell in row.child_elements().filter(|cell| matches!(cell.value().name(), "td" | "th")) {
        let words: Vec<&str> = cell.text().flat_map(str::split_whitespace).collect();
        texts.push(words.join(" "));
        let span = cell.attr("colspan").and_then(|span| span.trim().parse::<usize>().ok()).unwrap_or(1);
        let width = texts.len().saturating_add(span.saturating_sub(1));
        if width > MOST_CELLS {
            return None;
        }
        texts.resize(width, String::new());
    }
    Some(texts)
}

/// Whether elements are nested so deep that looking for the end of each takes minutes.
fn is_too_deep(html: &str) -> bool {
    let (mut depth, mut rest) = (0_usize, html.as_bytes());
    while let Some(at) = memchr::memchr(b'<', rest) {
        rest = &rest[at + 1..];
        if rest.first() == Some(&b'/') {
            depth = depth.saturating_sub(1);
            continue;
        }
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let name = rest[..length].to_ascii_lowercase();
        if length > 0 && !UNCLOSED.iter().any(|other| other.as_bytes() == name) {
            depth += 1;
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

/// Whether an element holds a mail that is answered, as the usual programs mark it.
fn is_quoted(element: &scraper::node::Element) -> bool {
    let is_cited = element.name() == "blockquote" && element.attr("type") == Some("cite");
    let id = element.attr("id").unwrap_or_default();
    is_cited
        || matches!(
            id,
            "divRplyFwdMsg" | "mail-editor-reference-message-container" | "Signature" | "ms-outlook-mobile-signature"
        )
        || element.classes().any(|class| {
            matches!(class, "gmail_quote" | "gmail_signature" | "moz-cite-prefix" | "moz-signature" | "yahoo_quoted")
        })
}

/// Lines under way.
#[derive(Default)]
struct Lines {
    text: String,
    line: String,
    /// Whether white space stood before the next word.
    space: bool,
    /// Whether an empty line is due before the next one.
    gap: bool,
}

impl Lines {
    fn add(&mut self, text: &str) {
        for (index, word) in text.split(|letter: char| letter.is_ascii_whitespace()).enumerate() {
            self.space |= index > 0;
            if word.is_empty() {
                continue;
            }
            if self.space && !self.line.is_empty() && !self.line.ends_with('\t') {
                self.line.push(' ');
            }
            self.space = false;
            self.line.push_str(word);
        }
    }

    fn cell(&mut self) {
        self.space = false;
        if !self.line.trim().is_empty() {
            self.line.push('\t');
        }
    }

    fn begin(&mut self) {
        if !self.line.trim().is_empty() {
            self.break_line();
        }
        self.line.clear();
        self.space = false;
    }

    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.gap) && !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line.trim_end());
        self.text.push('\n');
        self.space = false;
    }

    fn finish(mut self) -> String {
        self.begin();
        self.text.trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_a_person_reads() {
        let page = Page::new(
            "<html><head><title>no</title><style>p{}</style></head><body><p>Guten&nbsp;Tag,</p>\n<div>wir <b>bestel</b>len:\
             <br>zwei  Stück</div><table><tr><td>Artikel</td><td> Menge </td></tr><tr><td>A-1</td><td>2</td></tr></table>\
             <script>no()</script>Danke<blockquote type=cite>alt</blockquote></body></html>",
        )
        .unwrap();
        assert_eq!(page.text(true), "Guten\u{a0}Tag,\n\nwir bestellen:\nzwei Stück\nArtikel\tMenge\nA-1\t2\nDanke");
        assert!(page.text(false).ends_with("Danke\nalt"));
    }

    #[test]
    fn tables_keep_their_cells_apart() {
        let page = Page::new(
            "<table><thead><tr><th>Artikel<th colspan=2>Menge</thead><tr><td>A\n 1<td><table><tr><td>x</table><td>2</table>",
        )
        .unwrap();
        assert_eq!(
            page.tables(),
            [
                vec![
                    vec!["Artikel".to_owned(), "Menge".to_owned(), String::new()],
                    vec!["A 1".to_owned(), "x".to_owned(), "2".to_owned()]
                ],
                vec![vec!["x".to_owned()]],
            ]
        );
        assert!(Page::new(&"<div>".repeat(20_000)).is_none() && Page::new(&"<p>".repeat(20_000)).is_some());
        let wide = Page::new("<table><tr><td colspan=4000000000>x<td>y</table>").unwrap().tables();
        assert!(wide.is_empty());
        let row = "<tr><td colspan=1000>x";
        let tables = |rows| Page::new(&format!("<table>{}</table>", row.repeat(rows))).unwrap().tables();
        assert_eq!((tables(1000).len(), tables(1001).len()), (1, 0));
    }
}
