//! `source:` where rows come from.

use crate::diagnostic::At;

/// A source of rows.
#[derive(Clone, Debug)]
pub struct Source {
    /// What kind of file, and how it is read.
    pub kind: SourceKind,
    /// `locale:` how numbers and dates are written in it.
    pub locale: Locale,
    /// `zone:` IANA time zone of `today` (the locale's capital unless stated).
    pub zone: String,
}

/// The kinds of sources.
#[derive(Clone, Debug)]
pub enum SourceKind {
    /// `csv:`.
    Csv(CsvSource),
    /// `excel:`.
    Excel(ExcelSource),
}

/// `csv:`.
#[derive(Clone, Debug, Default)]
pub struct CsvSource {
    /// `file:` paths or patterns (`inbox/rechnungen-*.csv`), relative to the recipe's folder.
    pub files: Vec<At<String>>,
    /// `encoding:` a WHATWG label such as `windows-1252`; detected unless stated.
    pub encoding: Option<At<String>>,
    /// `delimiter:` one character; detected unless stated.
    pub delimiter: Option<u8>,
    /// `quote:` one character; `"` unless stated.
    pub quote: Option<u8>,
    /// `header_row:`.
    pub header: HeaderRow,
}

/// Where the header stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeaderRow {
    /// The first row that is not empty.
    #[default]
    First,
    /// `header_row: 3`: this line, counted from 1.
    Row(u32),
    /// `header_row: none`: there is none; columns are named `A`, `B`, … as in a spreadsheet.
    None,
}

/// `excel:`.
#[derive(Clone, Debug)]
pub struct ExcelSource {
    /// `file:` paths or patterns, relative to the recipe's folder.
    pub files: Vec<At<String>>,
    /// `sheet:` or `sheet_index:`; the only visible sheet unless stated.
    pub sheet: SheetChoice,
    /// `header_row:`.
    pub header: HeaderRow,
    /// `range:` such as `B3:F200`.
    pub range: Option<At<String>>,
    /// `table:` a table's name.
    pub table: Option<At<String>>,
    /// `name:` a defined name.
    pub name: Option<At<String>>,
}

/// Which sheet.
#[derive(Clone, Debug)]
pub enum SheetChoice {
    /// The only visible sheet; several are an error that lists them.
    Only,
    /// By name.
    Name(At<String>),
    /// By position, counted from 1.
    Index(u32),
}

/// How numbers and dates are written. Each is a closed rule; nothing is taken from the computer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Locale {
    /// German as written in Germany: `1.234,56`, `31.12.2026`.
    De,
    /// German as written in Austria: as in Germany; a space or NBSP groups thousands too.
    DeAt,
    /// German as written in Switzerland and Liechtenstein: `1'234.56`, `31.12.2026`.
    DeCh,
    /// English as written in the United Kingdom: `1,234.56`, `31/12/2026`.
    EnGb,
    /// English as written in the United States: `1,234.56`, `12/31/2026`.
    EnUs,
    /// For machines: `1234.56`, `2026-12-31`.
    Iso,
}
