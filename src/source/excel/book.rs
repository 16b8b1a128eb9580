//! A workbook of any format, opened by calamine, and the choice of a sheet in it.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::sync::Arc;

use calamine::{Ods, OdsError, Reader as _, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx, XlsxError};

use super::area::{self, Area};
use super::guard::{self, Format};
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

/// An open workbook.
pub(super) enum Book {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Xlsb(Box<Xlsb<BufReader<File>>>),
    Xls(Box<Xls<BufReader<File>>>),
    Ods(Box<Ods<BufReader<File>>>),
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
    pub(super) fn open(path: &Path, format: Format, name: &Arc<str>) -> Result<Self, SourceError> {
        let file = BufReader::new(File::open(path).map_err(|error| SourceError::io(name, "read", &error))?);
        let book = match format {
            Format::Xlsx => Xlsx::new(file).map(|book| Book::Xlsx(Box::new(book))).map_err(BookError::from),
            Format::Xlsb => Xlsb::new(file).map(|book| Book::Xlsb(Box::new(book))).map_err(BookError::from),
            Format::Xls => Xls::new(file).map(|book| Book::Xls(Box::new(book))).map_err(BookError::from),
            Format::Ods => Ods::new(file).map(|book| Book::Ods(Box::new(book))).map_err(BookError::from),
        };
        book.map_err(|error| error.told(name))
    }

    /// The sheets in the order of the workbook.
    pub(super) fn sheets(&self) -> Vec<SheetInfo> {
        let sheets = match self {
            Book::Xlsx(book) => book.sheets_metadata(),
            Book::Xlsb(book) => book.sheets_metadata(),
            Book::Xls(book) => book.sheets_metadata(),
            Book::Ods(book) => book.sheets_metadata(),
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
        match self {
            Book::Xlsx(book) => book.defined_names(),
            Book::Xlsb(book) => book.defined_names(),
            Book::Xls(book) => book.defined_names(),
            Book::Ods(book) => book.defined_names(),
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
        let Book::Xlsx(book) = self else {
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
