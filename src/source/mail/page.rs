//! The HTML body of a mail: its text as a person reads it, and the tables in it. Cells stay apart, and what a browser
//! does not show (scripts, styles) is left out.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
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
    /// A row's empty cells are there too, so that who looks for the value beside a caption sees that it has none.
    pub(super) fn text(&self, cut: bool) -> String {
        shown(self.0.tree.root(), cut)
    }

    /// Its tables, each row with the texts of its cells. A cell that spans columns is followed by empty ones; what is in a
    /// table within a table belongs to the inner one. A table that is larger than any that people send is left out as a
    /// whole.
    pub(super) fn tables(&self) -> Vec<Vec<Vec<String>>> {
        let table = Selector::parse("table").expect("a name is a selector");
        self.0.select(&table).filter(|table| !table.ancestors().any(is_unseen)).filter_map(rows).collect()
    }
}

/// The text of a part of the page. The tree is walked without recursion: mails nest as deep as their senders like.
fn shown(root: NodeRef<'_, Node>, cut: bool) -> String {
    let mut lines = Lines::default();
    let mut hidden = 0_usize;
    for edge in root.traverse() {
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Element(element) => {
                    let name = element.name();
                    if hidden > 0 || is_hidden(element) || (cut && is_quoted(element)) {
                        hidden += 1;
                    } else if name == "br" {
                        lines.line_break();
                    } else if matches!(name, "tr" | "table") {
                        lines.begin();
                    } else if BLOCKS.contains(&name) {
                        lines.block();
                    } else if matches!(name, "td" | "th") {
                        lines.cell();
                    }
                }
                Node::Text(text) if hidden == 0 => lines.add(text),
                _ => {}
            },
            Edge::Close(node) => {
                if let Node::Element(element) = node.value() {
                    if hidden > 0 {
                        hidden -= 1;
                    } else if matches!(element.name(), "tr" | "table") {
                        lines.begin();
                    } else if BLOCKS.contains(&element.name()) {
                        lines.block();
                        lines.gap |= element.name() == "p";
                    }
                }
            }
        }
    }
    lines.finish()
}

/// Whether nothing of an element is shown, as a browser decides it by the element alone.
fn is_hidden(element: &scraper::node::Element) -> bool {
    let style = element.attr("style").unwrap_or_default().to_ascii_lowercase();
    let style: String = style.split_ascii_whitespace().collect();
    HIDDEN.contains(&element.name())
        || element.attr("hidden").is_some()
        || style.contains("display:none")
        || style.contains("visibility:hidden")
}

fn is_unseen(node: NodeRef<'_, Node>) -> bool {
    node.value().as_element().is_some_and(is_hidden)
}

fn rows(table: ElementRef<'_>) -> Option<Vec<Vec<String>>> {
    if is_hidden(table.value()) {
        return None;
    }
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
    // What stands in the rows below too, by columns.
    let mut spans = Spans { columns: Vec::new(), room: LONGEST };
    for row in rows {
        let row = cells(row, &mut spans)?;
        room = room.checked_sub(row.len())?;
        texts.push(row);
    }
    Some(texts)
}

fn is_row(element: &ElementRef<'_>) -> bool {
    element.value().name() == "tr" && !is_hidden(element.value())
}

/// What spans rows, by columns.
struct Spans {
    /// How many rows are left of it, and its text.
    columns: Vec<(usize, String)>,
    /// How many bytes of text may be said again; a few kilobytes could fill any computer.
    room: usize,
}

impl Spans {
    /// Adds what stands in the row from above; none if it is more than any person sends.
    fn add(&mut self, texts: &mut Vec<String>) -> Option<()> {
        while let Some((left, text)) = self.columns.get_mut(texts.len()).filter(|(left, _)| *left > 0) {
            *left -= 1;
            self.room = self.room.checked_sub(text.len())?;
            texts.push(text.clone());
        }
        Some(())
    }
}

/// The texts of a row. What spans rows stands in each of them, as HTML has it.
fn cells(row: ElementRef<'_>, spans: &mut Spans) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    let is_cell = |cell: &ElementRef<'_>| matches!(cell.value().name(), "td" | "th") && !is_hidden(cell.value());
    for cell in row.child_elements().filter(is_cell) {
        spans.add(&mut texts)?;
        let number = |name: &str| cell.attr(name).and_then(|span| span.trim().parse::<usize>().ok());
        let (from, columns) = (texts.len(), number("colspan").unwrap_or(1));
        let width = from.saturating_add(columns.max(1));
        if width > MOST_CELLS {
            return None;
        }
        texts.push(shown(*cell, false).split_whitespace().collect::<Vec<_>>().join(" "));
        texts.resize(width, String::new());
        // None at all means to the end of the table.
        let below = match number("rowspan") {
            Some(0) => usize::MAX,
            Some(rows) => rows - 1,
            None => 0,
        };
        if below > 0 {
            if spans.columns.len() < width {
                spans.columns.resize(width, (0, String::new()));
            }
            for (span, text) in spans.columns[from..width].iter_mut().zip(&texts[from..]) {
                *span = (below, text.clone());
            }
        }
    }
    spans.add(&mut texts)?;
    // Columns behind a gap that this row does not reach stay where they are.
    while spans.columns.iter().skip(texts.len()).any(|(left, _)| *left > 0) {
        texts.push(String::new());
        spans.add(&mut texts)?;
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
    /// How many cells of a table's row began in the line, or before it in the same row.
    cells: usize,
    /// Whether the next word of the cell begins a line. What ends a cell's text does not: the row goes on in its line.
    pending: bool,
}

impl Lines {
    fn add(&mut self, text: &str) {
        for (index, word) in text.split(|letter: char| letter.is_ascii_whitespace()).enumerate() {
            self.space |= index > 0;
            if word.is_empty() {
                continue;
            }
            if std::mem::take(&mut self.pending) {
                let gap = std::mem::take(&mut self.gap);
                self.break_line();
                self.gap = gap;
            }
            if self.space && !self.line.is_empty() && !self.line.ends_with('\t') {
                self.line.push(' ');
            }
            self.space = false;
            self.line.push_str(word);
        }
    }

    fn cell(&mut self) {
        (self.space, self.pending) = (false, false);
        if self.cells > 0 {
            self.gap = false;
            self.line.push('\t');
        }
        self.cells += 1;
    }

    /// Whether the cell at hand has a text in this line; outside of tables, the line.
    fn has_text(&self) -> bool {
        self.line.rsplit('\t').next().is_some_and(|text| !text.trim().is_empty())
    }

    /// The beginning or the end of a block.
    fn block(&mut self) {
        if self.cells == 0 {
            self.begin();
        } else {
            self.pending |= self.has_text();
        }
    }

    fn line_break(&mut self) {
        if self.cells == 0 {
            self.break_line();
        } else {
            self.gap |= self.pending;
            self.pending |= self.has_text();
        }
    }

    fn begin(&mut self) {
        if !self.line.trim().is_empty() {
            self.break_line();
        }
        self.line.clear();
        (self.space, self.pending, self.cells) = (false, false, 0);
    }

    fn break_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.gap) && !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(line.trim_end_matches(' '));
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
    fn a_row_is_a_line_whatever_is_in_its_cells() {
        let text = |html: &str| Page::new(html).unwrap().text(false);
        assert_eq!(
            text(
                "<table><tr><td><p>Ort:</p></td><td><p>Wien</p><p>Linz<br></p></td><td></td></tr><tr><td></td><td>x</table>y"
            ),
            "Ort:\tWien\nLinz\t\n\tx\ny"
        );
        assert_eq!(text("<div style='color:red; Display : none'>a</div><i hidden>b</i>c"), "c");
    }

    #[test]
    fn cells_that_span_rows_and_words_in_pieces() {
        let page = Page::new(
            "<table><tr><td rowspan=2>R-<span>30</span>1<style>x{}</style><td>1<td rowspan=0>z<tr><td>2\
             <tr><td>B<td>3</table><div style='display:none'><table><tr><td>no</table></div>",
        )
        .unwrap();
        assert_eq!(page.tables(), [[["R-301", "1", "z"], ["R-301", "2", "z"], ["B", "3", "z"]]]);
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
