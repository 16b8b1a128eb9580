//! A row as a source read it, before any meaning is given to it. One buffer holds the text of all its cells, so that
//! a reader can fill the same row again and again without allocating.

use std::fmt;

use jiff::civil;

use super::{Origin, Place, Why};

/// The text of [`Cell::Error`] for a formula that no program has calculated yet, so that its cell has no value.
pub const NOT_CALCULATED: &str = "formula not calculated";

/// One row: its origin and its cells, counted from the first column of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it stands.
    pub origin: Origin,
    /// What the source itself found wrong with it, such as too many cells; mostly none.
    pub problems: Vec<Why>,
    text: String,
    cells: Vec<Stored>,
    /// What the source looked up for the recipe beside the cells, by the number of what was wanted.
    picks: Vec<Stored>,
    /// Why single values could not be looked up.
    whys: Vec<Why>,
}

/// One cell as the source holds it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing there (an empty CSV field is `Text("")`).
    Empty,
    /// Text exactly as written.
    Text(&'a str),
    /// A number stored as such.
    Number {
        /// Its digits with a decimal point, in the shortest form that means the same number.
        digits: &'a str,
        /// How the cell shows it (its number format), where that is known; else the digits.
        shown: &'a str,
    },
    /// True or false, stored as such.
    Bool(bool),
    /// A date (midnight) or date-time, stored as such.
    Date(civil::DateTime),
    /// A time of day, stored as such.
    Time(civil::Time),
    /// A length of time as `h:mm:ss`.
    Duration(&'a str),
    /// An error such as `#REF!`.
    Error(&'a str),
    /// What the recipe asks for could not be looked up: it is there twice, for instance.
    Wrong(&'a Why),
}

/// A cell as it stands in the file; dates without a time of day as days.
impl fmt::Display for Cell<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Cell::Empty | Cell::Wrong(_) => Ok(()),
            Cell::Text(text) | Cell::Duration(text) | Cell::Error(text) => out.write_str(text),
            Cell::Number { shown, .. } => out.write_str(shown),
            Cell::Bool(value) => write!(out, "{value}"),
            Cell::Date(value) if value.time() == civil::Time::midnight() => write!(out, "{}", value.date()),
            Cell::Date(value) => write!(out, "{value}"),
            Cell::Time(value) => write!(out, "{value}"),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Stored {
    Empty,
    Text(usize, usize),
    Number(usize, usize, usize),
    Bool(bool),
    Date(civil::DateTime),
    Time(civil::Time),
    Duration(usize, usize),
    Error(usize, usize),
    Wrong(usize),
}

impl Row {
    /// An empty row at a place.
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            problems: Vec::new(),
            text: String::new(),
            cells: Vec::new(),
            picks: Vec::new(),
            whys: Vec::new(),
        }
    }

    /// Takes out all cells and moves the row to another place of the same file.
    pub fn clear(&mut self, place: Place) {
        self.origin.place = place;
        self.problems.clear();
        self.text.clear();
        self.cells.clear();
        self.picks.clear();
        self.whys.clear();
    }

    /// Gives back the room that it does not need: for rows that are kept, and not filled again.
    pub fn shrink_to_fit(&mut self) {
        self.text.shrink_to_fit();
        self.cells.shrink_to_fit();
        self.picks.shrink_to_fit();
    }

    /// Adds a cell on the right.
    pub fn push(&mut self, cell: Cell<'_>) {
        let stored = self.store(cell);
        self.cells.push(stored);
    }

    /// Puts in what was looked up for the `number`th of what the recipe wants picked (see `Wanted::picks`). What nobody
    /// puts in is empty.
    pub fn pick(&mut self, number: usize, cell: Cell<'_>) {
        let stored = self.store(cell);
        if self.picks.len() <= number {
            self.picks.resize(number + 1, Stored::Empty);
        }
        self.picks[number] = stored;
    }

    /// What was looked up, by its number.
    pub fn picked(&self, number: usize) -> Cell<'_> {
        self.shown(self.picks.get(number))
    }

    fn store(&mut self, cell: Cell<'_>) -> Stored {
        match cell {
            Cell::Empty => Stored::Empty,
            Cell::Text(text) => {
                let (start, end) = self.keep(text);
                Stored::Text(start, end)
            }
            Cell::Number { digits, shown } => {
                let (start, middle) = self.keep(digits);
                let (_, end) = self.keep(shown);
                Stored::Number(start, middle, end)
            }
            Cell::Bool(value) => Stored::Bool(value),
            Cell::Date(value) => Stored::Date(value),
            Cell::Time(value) => Stored::Time(value),
            Cell::Duration(text) => {
                let (start, end) = self.keep(text);
                Stored::Duration(start, end)
            }
            Cell::Error(text) => {
                let (start, end) = self.keep(text);
                Stored::Error(start, end)
            }
            Cell::Wrong(why) => {
                self.whys.push(why.clone());
                Stored::Wrong(self.whys.len() - 1)
            }
        }
    }

    /// Adds text cells that stand one after the other in `text`, each given by its end. The ends ascend, lie on
    /// character boundaries and do not go beyond the text.
    pub(crate) fn push_texts(&mut self, text: &str, ends: &[usize]) {
        let base = self.text.len();
        self.text.push_str(text);
        let mut start = base;
        self.cells.extend(ends.iter().map(|end| {
            let cell = Stored::Text(start, base + end);
            start = base + end;
            cell
        }));
    }

    /// The cell of a column, counted from 0; `Empty` beyond the last one.
    pub fn cell(&self, column: usize) -> Cell<'_> {
        self.shown(self.cells.get(column))
    }

    fn shown(&self, stored: Option<&Stored>) -> Cell<'_> {
        match stored.copied() {
            None | Some(Stored::Empty) => Cell::Empty,
            Some(Stored::Text(start, end)) => Cell::Text(&self.text[start..end]),
            Some(Stored::Number(start, middle, end)) => {
                Cell::Number { digits: &self.text[start..middle], shown: &self.text[middle..end] }
            }
            Some(Stored::Bool(value)) => Cell::Bool(value),
            Some(Stored::Date(value)) => Cell::Date(value),
            Some(Stored::Time(value)) => Cell::Time(value),
            Some(Stored::Duration(start, end)) => Cell::Duration(&self.text[start..end]),
            Some(Stored::Error(start, end)) => Cell::Error(&self.text[start..end]),
            Some(Stored::Wrong(at)) => self.whys.get(at).map_or(Cell::Empty, Cell::Wrong),
        }
    }

    /// The text of a column, counted from 0, where its cell is a text.
    pub(crate) fn text(&self, column: usize) -> Option<&str> {
        match self.cells.get(column) {
            Some(Stored::Text(start, end)) => self.text.get(*start..*end),
            _ => None,
        }
    }

    /// How many bytes its buffers hold, filled or not.
    pub(crate) fn room(&self) -> usize {
        self.text.capacity() + (self.cells.capacity() + self.picks.capacity()) * size_of::<Stored>()
    }

    /// How many cells the row has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// Whether it has no cell at all.
    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    /// All cells from left to right.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.cells.len()).map(|column| self.cell(column))
    }

    fn keep(&mut self, text: &str) -> (usize, usize) {
        let start = self.text.len();
        self.text.push_str(text);
        (start, self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_picked_stands_beside_the_cells_until_the_row_moves_on() {
        let mut row = Row::new(Origin::file("bestellung.eml"));
        row.push(Cell::Text("cell"));
        row.pick(2, Cell::Text("picked"));
        let twice = Why::CaptionTwice { caption: "Nr".to_owned(), times: 2 };
        row.pick(0, Cell::Wrong(&twice));
        assert_eq!((row.cell(0), row.len()), (Cell::Text("cell"), 1));
        assert_eq!(
            (row.picked(0), row.picked(1), row.picked(2)),
            (Cell::Wrong(&twice), Cell::Empty, Cell::Text("picked"))
        );
        row.clear(Place::Item("message 2".into()));
        assert_eq!((row.picked(0), row.picked(2)), (Cell::Empty, Cell::Empty));
        assert_eq!(row.origin.to_string(), "bestellung.eml › message 2");
    }
}
