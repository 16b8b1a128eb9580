//! The text of a PDF as a person reads it: pieces of text with their places on the page, put together to lines and, where
//! there is room between them, to cells of a line.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId};

use super::letters::Letters;
use super::{Bound, Exceeded, MOST_INFLATED, load, too_large, too_much};
use crate::source::SourceError;
use crate::source::contained::contained;

/// A page: its lines from top to bottom, each with its cells from left to right.
pub(in crate::source) type Page = Vec<Vec<PlacedText>>;

/// A text and where it begins, in points from the left.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::source) struct PlacedText {
    pub(in crate::source) left: f64,
    pub(in crate::source) text: String,
}

/// The most pages of a PDF, and the most pieces of text on one.
const MOST_PAGES: usize = 200;
const MOST_PIECES: usize = 100_000;

/// How much room, in widths of a letter, makes a blank, and how much another cell.
const BLANK: f64 = 0.2;
const CELL: f64 = 1.0;

/// The pages of a PDF with their text.
///
/// # Errors
/// It cannot be read, or inflates beyond limits.
pub(in crate::source) fn pages(bytes: &[u8], name: &Arc<str>) -> Result<Vec<Page>, SourceError> {
    let (document, mut bound) = load(bytes, name)?;
    let mut known = HashMap::new();
    let read = contained(|| {
        let ids: Vec<ObjectId> = document.page_iter().take(MOST_PAGES + 1).collect();
        if ids.len() > MOST_PAGES {
            return Err(Unread::Pages);
        }
        ids.into_iter().map(|id| page(&document, id, &mut known, &mut bound)).collect()
    });
    // Of what is too much nothing is read: what a recipe looks for might stand in the rest.
    let more_than = |what: String| SourceError::file(name, format!("`{name}` has more than {what}"));
    match read {
        Some(Ok(pages)) => Ok(pages),
        Some(Err(Unread::Pieces)) => Err(more_than(format!("{MOST_PIECES} pieces of text on a page"))),
        Some(Err(Unread::Pages)) => Err(more_than(format!("{MOST_PAGES} pages"))),
        Some(Err(Unread::Exceeded)) => Err(too_much(name)),
        Some(Err(Unread::Library(lopdf::Error::Decompress(_)))) => Err(too_large(name, MOST_INFLATED)),
        Some(Err(Unread::Library(_))) | None => {
            Err(SourceError::file(name, format!("the text of `{name}` cannot be read")))
        }
    }
}

/// Why a text is not read.
pub(super) enum Unread {
    Pages,
    Pieces,
    Exceeded,
    Library(lopdf::Error),
}

impl From<Exceeded> for Unread {
    fn from(Exceeded: Exceeded) -> Self {
        Self::Exceeded
    }
}

impl From<lopdf::Error> for Unread {
    fn from(error: lopdf::Error) -> Self {
        Self::Library(error)
    }
}

/// A piece of text as it is drawn.
struct Piece {
    left: f64,
    right: f64,
    base: f64,
    size: f64,
    text: String,
}

/// The text of a page.
fn page<'a>(
    document: &'a Document,
    id: ObjectId,
    known: &mut HashMap<*const Dictionary, Rc<Font<'a>>>,
    bound: &mut Bound,
) -> Result<Page, Unread> {
    let mut fonts = HashMap::new();
    for (name, font) in document.get_page_fonts(id)? {
        // Pages share fonts, and one font may have many names.
        let font = match known.entry(font) {
            Entry::Occupied(known) => Rc::clone(known.get()),
            Entry::Vacant(new) => Rc::clone(new.insert(Rc::new(Font::new(document, font, bound)?))),
        };
        fonts.insert(name, font);
    }
    let content = content(document, id, bound)?;
    let mut pen = Pen::default();
    // One step at a time: all of them together take many times the room of the text that says them.
    for operation in Content::decode_iter(&content) {
        bound.step()?;
        pen.follow(&operation?, &fonts, bound)?;
        if pen.pieces.len() > MOST_PIECES {
            return Err(Unread::Pieces);
        }
    }
    Ok(lines(pen.pieces))
}

/// What is drawn on a page: its streams, one after the other.
fn content(document: &Document, id: ObjectId, bound: &mut Bound) -> Result<Vec<u8>, Unread> {
    let mut content = Vec::new();
    for id in document.get_page_contents(id) {
        let Ok(stream) = document.get_object(id).and_then(Object::as_stream) else { continue };
        content.extend_from_slice(&bound.plain(stream)??);
        content.push(b'\n');
        if content.len() > MOST_INFLATED {
            return Err(Unread::Exceeded);
        }
    }
    bound.drawn(&content)?;
    Ok(content)
}

/// Puts pieces on one height together, and those next to each other.
fn lines(mut pieces: Vec<Piece>) -> Page {
    pieces.retain(|piece| !piece.text.trim().is_empty() && piece.left.is_finite() && piece.base.is_finite());
    pieces.sort_by(|one, other| other.base.total_cmp(&one.base));
    let mut lines: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(line) if line[0].base - piece.base < 0.4 * line[0].size.max(piece.size).max(1.0) => line.push(piece),
            _ => lines.push(vec![piece]),
        }
    }
    lines.into_iter().map(cells).collect()
}

fn cells(mut line: Vec<Piece>) -> Vec<PlacedText> {
    line.sort_by(|one, other| one.left.total_cmp(&other.left));
    let mut cells: Vec<PlacedText> = Vec::new();
    let mut right = f64::NEG_INFINITY;
    for piece in line {
        let room = piece.left - right;
        match cells.last_mut() {
            Some(cell) if room < CELL * piece.size => {
                if room > BLANK * piece.size && !cell.text.ends_with(' ') && !piece.text.starts_with(' ') {
                    cell.text.push(' ');
                }
                cell.text.push_str(&piece.text);
            }
            _ => cells.push(PlacedText { left: piece.left, text: piece.text }),
        }
        right = right.max(piece.right);
    }
    for cell in &mut cells {
        cell.text = cell.text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    cells
}

/// A font: what its bytes mean, and how wide they are in thousandths of its size.
struct Font<'a> {
    letters: Letters<'a>,
    widths: BTreeMap<u32, f64>,
    usual: f64,
    bytes_a_letter: usize,
}

impl<'a> Font<'a> {
    fn new(document: &'a Document, font: &'a Dictionary, bound: &mut Bound) -> Result<Self, Unread> {
        let get = |dictionary: &'a Dictionary, key: &[u8]| {
            let object = dictionary.get(key).ok()?;
            document.dereference(object).ok().map(|(_, object)| object)
        };
        let letters = Letters::new(document, font, bound)?;
        let mut made = Self { letters, widths: BTreeMap::new(), usual: 500.0, bytes_a_letter: 1 };
        let composite = get(font, b"Subtype").and_then(|kind| kind.as_name().ok()) == Some(b"Type0".as_slice());
        if composite {
            made.bytes_a_letter = 2;
            made.usual = 1000.0;
            let kids = get(font, b"DescendantFonts").and_then(|kids| kids.as_array().ok());
            let kid = kids.and_then(|kids| document.dereference(kids.first()?).ok()?.1.as_dict().ok());
            let Some(kid) = kid else { return Ok(made) };
            if let Some(usual) = get(kid, b"DW").and_then(number) {
                made.usual = usual;
            }
            if let Some(Object::Array(widths)) = get(kid, b"W") {
                made.composite_widths(document, widths, bound)?;
            }
        } else if let (Some(first), Some(Object::Array(widths))) =
            (get(font, b"FirstChar").and_then(number), get(font, b"Widths"))
        {
            let widths =
                widths.iter().filter_map(|width| document.dereference(width).ok().and_then(|(_, w)| number(w)));
            // Character codes of such fonts are bytes.
            made.widths = (first as u32..).zip(widths).take(256).collect();
        }
        Ok(made)
    }

    /// `[ 1 [500 600] 10 20 750 ]`: lists from a first code on, and ranges with one width.
    fn composite_widths(&mut self, document: &Document, widths: &[Object], bound: &mut Bound) -> Result<(), Exceeded> {
        let mut rest = widths.iter();
        while let Some(first) = rest.next().and_then(number) {
            match rest.next().and_then(|next| document.dereference(next).ok().map(|(_, next)| next)) {
                Some(Object::Array(list)) => {
                    bound.letters(list.len())?;
                    self.widths.extend((first as u32..).zip(list.iter().filter_map(number)).take(65_536));
                }
                Some(last) => {
                    let (Some(last), Some(width)) = (number(last), rest.next().and_then(number)) else { break };
                    let codes = first as u32..=last as u32;
                    bound.letters(codes.clone().take(65_536).count())?;
                    self.widths.extend(codes.take(65_536).map(|code| (code, width)));
                }
                None => break,
            }
        }
        Ok(())
    }

    fn width(&self, bytes: &[u8]) -> (f64, usize) {
        let codes = bytes.chunks(self.bytes_a_letter);
        let count = codes.len();
        let code = |letter: &[u8]| letter.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
        let sum = codes.map(|letter| self.widths.get(&code(letter)).copied().unwrap_or(self.usual)).sum::<f64>();
        (sum / 1000.0, count)
    }
}

/// A transformation of the page: `[a b c d e f]`.
type Matrix = [f64; 6];

const UNCHANGED: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(one: &Matrix, other: &Matrix) -> Matrix {
    [
        one[0] * other[0] + one[1] * other[2],
        one[0] * other[1] + one[1] * other[3],
        one[2] * other[0] + one[3] * other[2],
        one[2] * other[1] + one[3] * other[3],
        one[4] * other[0] + one[5] * other[2] + other[4],
        one[4] * other[1] + one[5] * other[3] + other[5],
    ]
}

fn number(object: &Object) -> Option<f64> {
    match object {
        Object::Integer(number) => Some(*number as f64),
        Object::Real(number) => Some(f64::from(*number)),
        _ => None,
    }
}

/// The state of drawing (PDF 32000-1, 9.3 and 9.4).
struct Pen {
    page: Matrix,
    saved: Vec<Matrix>,
    line: Matrix,
    text: Matrix,
    font: Vec<u8>,
    size: f64,
    leading: f64,
    letter_room: f64,
    word_room: f64,
    stretch: f64,
    pieces: Vec<Piece>,
}

impl Default for Pen {
    fn default() -> Self {
        Self {
            page: UNCHANGED,
            saved: Vec::new(),
            line: UNCHANGED,
            text: UNCHANGED,
            font: Vec::new(),
            size: 1.0,
            leading: 0.0,
            letter_room: 0.0,
            word_room: 0.0,
            stretch: 1.0,
            pieces: Vec::new(),
        }
    }
}

impl Pen {
    fn follow(
        &mut self,
        operation: &Operation,
        fonts: &HashMap<Vec<u8>, Rc<Font<'_>>>,
        bound: &mut Bound,
    ) -> Result<(), Exceeded> {
        let operands = &operation.operands;
        let at = |index: usize| operands.get(index).and_then(number).unwrap_or(0.0);
        let matrix = || [at(0), at(1), at(2), at(3), at(4), at(5)];
        match operation.operator.as_str() {
            "q" if self.saved.len() < 1000 => self.saved.push(self.page),
            "Q" => self.page = self.saved.pop().unwrap_or(self.page),
            "cm" => self.page = times(&matrix(), &self.page),
            "BT" => (self.line, self.text) = (UNCHANGED, UNCHANGED),
            "Tf" => {
                if let Some(Ok(name)) = operands.first().map(Object::as_name) {
                    self.font = name.to_vec();
                }
                self.size = at(1);
            }
            "TL" => self.leading = at(0),
            "Tc" => self.letter_room = at(0),
            "Tw" => self.word_room = at(0),
            "Tz" => self.stretch = at(0) / 100.0,
            "Td" => self.go(at(0), at(1)),
            "TD" => {
                self.leading = -at(1);
                self.go(at(0), at(1));
            }
            "Tm" => (self.line, self.text) = (matrix(), matrix()),
            "T*" => self.go(0.0, -self.leading),
            "Tj" => self.show(operands.first(), fonts, bound)?,
            "'" => {
                self.go(0.0, -self.leading);
                self.show(operands.first(), fonts, bound)?;
            }
            "\"" => {
                (self.word_room, self.letter_room) = (at(0), at(1));
                self.go(0.0, -self.leading);
                self.show(operands.get(2), fonts, bound)?;
            }
            "TJ" => {
                let Some(Object::Array(parts)) = operands.first() else { return Ok(()) };
                for part in parts {
                    match number(part) {
                        Some(back) => self.forward(-back / 1000.0 * self.size * self.stretch),
                        None => self.show(Some(part), fonts, bound)?,
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn go(&mut self, right: f64, up: f64) {
        self.line = times(&[1.0, 0.0, 0.0, 1.0, right, up], &self.line);
        self.text = self.line;
    }

    fn forward(&mut self, by: f64) {
        self.text = times(&[1.0, 0.0, 0.0, 1.0, by, 0.0], &self.text);
    }

    fn show(
        &mut self,
        text: Option<&Object>,
        fonts: &HashMap<Vec<u8>, Rc<Font<'_>>>,
        bound: &mut Bound,
    ) -> Result<(), Exceeded> {
        let (Some(Object::String(bytes, _)), Some(font)) = (text, fonts.get(&self.font)) else { return Ok(()) };
        bound.piece()?;
        let (width, letters) = font.width(bytes);
        let blanks = if font.bytes_a_letter == 1 { memchr::memchr_iter(b' ', bytes).count() } else { 0 };
        let extra = letters as f64 * self.letter_room + blanks as f64 * self.word_room;
        let begin = times(&self.text, &self.page);
        self.forward((width * self.size + extra) * self.stretch);
        let end = times(&self.text, &self.page);
        let size = self.size.abs() * begin[2].hypot(begin[3]);
        let text = font.letters.text(bytes, font.bytes_a_letter, bound)?;
        self.pieces.push(Piece { left: begin[4], right: end[4], base: begin[5], size, text });
        Ok(())
    }
}
