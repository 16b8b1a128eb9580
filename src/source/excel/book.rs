//! A workbook of any format, opened by calamine, and the choice of a sheet in it.

use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use calamine::{
    Ods, OdsError, Reader as _, SheetType, SheetVisible, Xls, XlsError, XlsOptions, Xlsb, XlsbError, Xlsx, XlsxError,
};
use zip::ZipArchive;

use super::area::{self, Area};
use super::guard::{self, Checked, Format, Odd};
use super::mend;
use super::oddities::{self, Oddities};
use super::xlsb;
use crate::diagnostic::did_you_mean;
use crate::recipe::model::{ExcelSource, SheetChoice};
use crate::source::SourceError;

/// A sheet as the workbook lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetInfo {
    /// Its name.
    pub name: String,
    /// Whether it is hidden.
    pub hidden: bool,
    /// Whether it has cells: charts, dialogs and macro modules have none.
    pub has_cells: bool,
}

/// The bytes of a workbook: a file, or in memory where it was mended.
pub(super) trait Bytes: Read + Seek {}

impl<T: Read + Seek> Bytes for T {}

pub(super) type Input = BufReader<Box<dyn Bytes>>;

/// The code page that stands for UTF-16.
const UNICODE: u16 = 1200;

/// An open workbook.
pub(super) struct Book {
    pub(super) kind: Kind,
    checked: Checked,
    path: std::path::PathBuf,
}

/// An open workbook as calamine has it.
pub(super) enum Kind {
    Xlsx(Box<Xlsx<Input>>),
    Xlsb(Box<Xlsb<Input>>),
    Xls(Box<Xls<Input>>),
    Ods(Box<Ods<Input>>),
}

/// What calamine could not read.
#[derive(Debug, thiserror::Error)]
pub(super) enum BookError {
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
    #[error(transparent)]
    Xlsb(#[from] XlsbError),
    #[error(transparent)]
    Xls(#[from] XlsError),
    #[error(transparent)]
    Ods(#[from] OdsError),
}

impl BookError {
    /// As the user is told.
    pub(super) fn told(&self, name: &Arc<str>) -> SourceError {
        match self {
            BookError::Xlsx(XlsxError::Password)
            | BookError::Xlsb(XlsbError::Password)
            | BookError::Xls(XlsError::Password)
            | BookError::Ods(OdsError::Password) => guard::protected(name),
            other => SourceError::file(name, format!("cannot read `{name}` as a workbook: {other}"))
                .help("open it in a spreadsheet program and save it again as xlsx"),
        }
    }
}

/// The part of a workbook that is read.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) sheet: String,
    pub(super) area: Area,
    /// Whether the area is a table that has no header row.
    pub(super) headless: bool,
}

impl Book {
    pub(super) fn open(path: &Path, name: &Arc<str>) -> Result<Self, SourceError> {
        let mut checked = guard::inspect(path, name)?;
        let input = || -> Result<Input, SourceError> {
            let file = File::open(path).map_err(|error| SourceError::io(name, "read", &error))?;
            Ok(BufReader::new(Box::new(file)))
        };
        let held = checked.bytes.take().map(|bytes| -> Input { BufReader::new(Box::new(Cursor::new(bytes))) });
        let input = held.map_or_else(input, Ok)?;
        let kind = match checked.format {
            Format::Xlsx => xlsx(input, path),
            Format::Xlsb => Xlsb::new(input).map(|book| Kind::Xlsb(Box::new(book))).map_err(BookError::from),
            Format::Xls => {
                let mut options = XlsOptions::default();
                // Some programs state a code page beside Unicode texts, and calamine would believe it.
                options.force_codepage = checked.unicode.then_some(UNICODE);
                Xls::new_with_options(input, options).map(|book| Kind::Xls(Box::new(book))).map_err(BookError::from)
            }
            Format::Ods => Ods::new(input).map(|book| Kind::Ods(Box::new(book))).map_err(BookError::from),
        };
        Ok(Self { kind: kind.map_err(|error| error.told(name))?, checked, path: path.to_owned() })
    }

    /// What calamine does not tell of a sheet: merged cells and hidden rows, formulas without value, odd errors.
    pub(super) fn oddities(&mut self, sheet: &str, hidden: bool) -> Oddities {
        let traits = self.checked.traits;
        let archive = || File::open(&self.path).ok().and_then(|file| ZipArchive::new(BufReader::new(file)).ok());
        match &self.kind {
            Kind::Xlsx(_) if hidden || traits != Default::default() => {
                archive().map(|mut zip| oddities::read(&mut zip, sheet)).unwrap_or_default()
            }
            Kind::Xlsx(_) => Oddities::default(),
            Kind::Xlsb(_) => archive().map(|mut zip| xlsb::read(&mut zip, sheet)).unwrap_or_default(),
            Kind::Xls(book) => {
                let at = self.sheets().iter().position(|info| info.name == sheet);
                let rows = match &self.checked.odd {
                    Odd::Hidden(rows) => at.and_then(|at| rows.get(at)),
                    _ => None,
                };
                let merged = book.merge_cells_by_sheet_name(sheet).unwrap_or_default();
                let area = |merged: &calamine::Dimensions| Area {
                    first_row: merged.start.0,
                    last_row: merged.end.0,
                    first_column: merged.start.1,
                    last_column: merged.end.1,
                };
                Oddities {
                    hidden: rows.cloned().unwrap_or_default(),
                    merged: merged.iter().map(area).collect(),
                    ..Oddities::default()
                }
            }
            Kind::Ods(_) => match &self.checked.odd {
                Odd::Named(sheets) => sheets.get(sheet).cloned().unwrap_or_default(),
                _ => Oddities::default(),
            },
        }
    }

    /// The sheets in the order of the workbook.
    pub(super) fn sheets(&self) -> Vec<SheetInfo> {
        let sheets = match &self.kind {
            Kind::Xlsx(book) => book.sheets_metadata(),
            Kind::Xlsb(book) => book.sheets_metadata(),
            Kind::Xls(book) => book.sheets_metadata(),
            Kind::Ods(book) => book.sheets_metadata(),
        };
        sheets
            .iter()
            .map(|sheet| SheetInfo {
                name: sheet.name.clone(),
                hidden: sheet.visible != SheetVisible::Visible,
                has_cells: matches!(sheet.typ, SheetType::WorkSheet | SheetType::MacroSheet),
            })
            .collect()
    }

    fn defined_names(&self) -> &[(String, String)] {
        match &self.kind {
            Kind::Xlsx(book) => book.defined_names(),
            Kind::Xlsb(book) => book.defined_names(),
            Kind::Xls(book) => book.defined_names(),
            Kind::Ods(book) => book.defined_names(),
        }
    }

    /// The sheet and area that a recipe means.
    pub(super) fn place(&mut self, source: &ExcelSource, path: &Path, name: &Arc<str>) -> Result<Place, SourceError> {
        if let Some(table) = &source.table {
            return self.table(&table.value, path, name);
        }
        if let Some(wanted) = &source.name {
            return self.defined_name(&wanted.value, name);
        }
        let sheet = choose(&self.sheets(), &source.sheet, name)?;
        let area = match &source.range {
            None => Area::ALL,
            Some(range) => Area::parse(&range.value).ok_or_else(|| {
                SourceError::file(name, format!("`{}` is no cell range", range.value))
                    .help("write it as a spreadsheet does: `B3:F200`, `B:F` or `3:200`")
            })?,
        };
        Ok(Place { sheet, area, headless: false })
    }

    fn table(&mut self, wanted: &str, path: &Path, name: &Arc<str>) -> Result<Place, SourceError> {
        let Kind::Xlsx(book) = &mut self.kind else {
            return Err(SourceError::file(name, format!("`{name}` is no xlsx workbook; only those have tables"))
                .help("state `sheet:` and `range:` instead of `table:`"));
        };
        let unreadable = |error: &dyn std::fmt::Display| {
            SourceError::file(name, format!("cannot read the tables of `{name}`: {error}"))
        };
        let tables = area::tables(path).map_err(|error| unreadable(&error))?;
        let names: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        let Some(table) = tables.iter().find(|table| table.name.to_lowercase() == wanted.to_lowercase()) else {
            return Err(SourceError::file(name, format!("`{name}` has no table `{wanted}`")).help(suggest(
                wanted,
                &names,
                "it has no tables",
            )));
        };
        book.load_tables().map_err(|error| unreadable(&error))?;
        let sheets = book.sheet_names();
        let sheet = sheets.into_iter().find(|sheet| book.table_names_in_sheet(sheet).contains(&&table.name));
        let sheet = sheet.ok_or_else(|| unreadable(&format!("the sheet of `{}` is not found", table.name)))?;
        Ok(Place { sheet, area: table.area, headless: !table.header })
    }

    fn defined_name(&self, wanted: &str, name: &Arc<str>) -> Result<Place, SourceError> {
        let names: Vec<&str> = self.defined_names().iter().map(|(name, _)| name.as_str()).collect();
        let found = self.defined_names().iter().find(|(name, _)| name.to_lowercase() == wanted.to_lowercase());
        let Some((_, meaning)) = found else {
            return Err(SourceError::file(name, format!("`{name}` has no defined name `{wanted}`")).help(suggest(
                wanted,
                &names,
                "it has no defined names",
            )));
        };
        let (sheet, area) = Area::parse_reference(meaning).ok_or_else(|| {
            SourceError::file(
                name,
                format!("the name `{wanted}` in `{name}` means `{meaning}`, which is no cell range"),
            )
            .help("use a name that stands for one range of one sheet")
        })?;
        if !self.sheets().iter().any(|info| info.name == sheet) {
            return Err(SourceError::file(
                name,
                format!("`{wanted}` in `{name}` points at `{sheet}`, which is no sheet"),
            ));
        }
        Ok(Place { sheet, area, headless: false })
    }
}

/// An xlsx book; one that lists sheets which calamine does not take is opened without them.
fn xlsx(input: Input, path: &Path) -> Result<Kind, BookError> {
    let open = |input| Xlsx::new(input).map(|book| Kind::Xlsx(Box::new(book))).map_err(BookError::from);
    match open(input) {
        Err(BookError::Xlsx(error @ (XlsxError::RelationshipNotFound | XlsxError::Unrecognized { .. }))) => {
            let mended = File::open(path).ok().and_then(|file| {
                let mut zip = ZipArchive::new(BufReader::new(file)).ok()?;
                mend::without_odd_sheets(&mut zip).ok()?
            });
            match mended {
                Some(bytes) => open(BufReader::new(Box::new(Cursor::new(bytes)))),
                None => Err(error.into()),
            }
        }
        other => other,
    }
}

fn suggest(wanted: &str, names: &[&str], none: &str) -> String {
    match did_you_mean(wanted, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.is_empty() => none.to_owned(),
        None => {
            let listed: Vec<String> = names.iter().take(20).map(|name| format!("`{name}`")).collect();
            format!("there are {}", listed.join(", "))
        }
    }
}

fn choose(sheets: &[SheetInfo], choice: &SheetChoice, name: &Arc<str>) -> Result<String, SourceError> {
    let list = || {
        let shown: Vec<String> = sheets
            .iter()
            .take(40)
            .map(|sheet| match (sheet.hidden, sheet.has_cells) {
                (true, _) => format!("`{}` (hidden)", sheet.name),
                (_, false) => format!("`{}` (no cells)", sheet.name),
                _ => format!("`{}`", sheet.name),
            })
            .collect();
        shown.join(", ")
    };
    let found = match choice {
        SheetChoice::Only => {
            let candidates: Vec<&SheetInfo> = sheets.iter().filter(|sheet| sheet.has_cells && !sheet.hidden).collect();
            match candidates.as_slice() {
                [only] => *only,
                [] => {
                    return Err(SourceError::file(name, format!("`{name}` has no visible sheet with cells")).help(
                        if sheets.is_empty() { "it has no sheets".into() } else { format!("it has {}", list()) },
                    ));
                }
                several => {
                    let title = format!("`{name}` has {} sheets, and the recipe does not say which", several.len());
                    return Err(SourceError::file(name, title).help(format!("state `sheet:`; there are {}", list())));
                }
            }
        }
        SheetChoice::Index(number) => {
            let found = usize::try_from(*number).ok().and_then(|number| sheets.get(number.checked_sub(1)?));
            found.ok_or_else(|| {
                SourceError::file(name, format!("`{name}` has no sheet number {number}")).help(format!(
                    "it has {}: {}",
                    sheets.len(),
                    list()
                ))
            })?
        }
        SheetChoice::Name(wanted) => named(sheets, &wanted.value, name, &list)?,
    };
    if !found.has_cells {
        return Err(SourceError::file(
            name,
            format!("the sheet `{}` of `{name}` has no cells (it is a chart)", found.name),
        )
        .help(format!("there are {}", list())));
    }
    Ok(found.name.clone())
}

/// By name, or by a pattern (`2026-*`) that only one sheet matches.
fn named<'a>(
    sheets: &'a [SheetInfo],
    wanted: &str,
    name: &Arc<str>,
    list: &dyn Fn() -> String,
) -> Result<&'a SheetInfo, SourceError> {
    let plain = |text: &str| text.trim().to_lowercase();
    // Spreadsheet programs do not tell names apart by case.
    let exact = sheets.iter().find(|sheet| sheet.name == wanted);
    if let Some(sheet) = exact.or_else(|| sheets.iter().find(|sheet| plain(&sheet.name) == plain(wanted))) {
        return Ok(sheet);
    }
    if let Ok(pattern) = glob::Pattern::new(&plain(wanted).replace('[', "[[]"))
        && wanted.contains(['*', '?'])
    {
        let matching: Vec<&SheetInfo> = sheets.iter().filter(|sheet| pattern.matches(&plain(&sheet.name))).collect();
        match matching.as_slice() {
            [only] => return Ok(only),
            [] => {}
            several => {
                let title = format!("{} sheets of `{name}` match `{wanted}`", several.len());
                return Err(SourceError::file(name, title).help(format!("there are {}", list())));
            }
        }
    }
    let near = did_you_mean(wanted, sheets.iter().map(|sheet| sheet.name.as_str()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`? there are {}", list()),
        None => format!("there are {}", list()),
    };
    Err(SourceError::file(name, format!("`{name}` has no sheet `{wanted}`")).help(help))
}
