//! Rejects of a workbook: a workbook with the same sheet, the header in the same row, and cells of the same kind, so that
//! a number stays a number and the same recipe reads the corrected file.

use std::io;
use std::path::Path;

use jiff::civil::{self, DateTime};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Table, TableColumn, Workbook, Worksheet, XlsxError};

use super::{REASON, ROW, Rows};
use crate::recipe::model::{ExcelSource, HeaderRow, SheetChoice};
use crate::record::{Cell, Place, Row};
use crate::source::{FileFacts, range_start};

pub(super) fn write(path: &Path, source: &ExcelSource, facts: &FileFacts, rows: Rows<'_>) -> io::Result<()> {
    let mut book = Workbook::new();
    // A sheet that the recipe counts stands behind as many others.
    if let SheetChoice::Index(index) = source.sheet {
        for _ in 1..index {
            book.add_worksheet();
        }
    }
    let sheet = book.add_worksheet();
    if let Some(name) = &facts.sheet {
        sheet.set_name(&**name).map_err(failed)?;
    }
    let headings: Vec<&str> = facts.header.iter().map(String::as_str).chain([REASON, ROW]).collect();
    let (top, left) = corner(source, facts);
    let mut next = top;
    if source.header != HeaderRow::None {
        for (column, heading) in (left..).zip(&headings) {
            sheet.write_string(top, column, *heading).map_err(failed)?;
        }
        next += 1;
    }
    rows.each(|row, reason, identity| {
        put_row(sheet, (next, left), row, facts.header.len(), [reason, identity]).map_err(failed)?;
        next += 1;
        Ok(())
    })?;
    let bottom = next.saturating_sub(1).max(top + 1);
    let right = left.saturating_add(u16::try_from(headings.len() - 1).unwrap_or(u16::MAX));
    if let Some(name) = &source.table {
        let columns: Vec<TableColumn> = headings.iter().map(|name| TableColumn::new().set_header(*name)).collect();
        let table = Table::new().set_name(&*name.value).set_columns(&columns);
        sheet.add_table(top, left, bottom, right, &table).map_err(failed)?;
    }
    if let Some(name) = &source.name {
        let sheet_name = sheet.name().replace('\'', "''");
        let cell = |row: u32, column: u16| rust_xlsxwriter::utility::row_col_to_cell_absolute(row, column);
        let area = format!("='{sheet_name}'!{}:{}", cell(top, left), cell(bottom, right));
        book.define_name(&*name.value, &area).map_err(failed)?;
    }
    book.save(path).map_err(failed)
}

/// Row and column of the first heading (or cell), counted from 0: where the recipe looks for it.
fn corner(source: &ExcelSource, facts: &FileFacts) -> (u32, u16) {
    let (row, column) = source.range.as_ref().and_then(|range| range_start(&range.value)).unwrap_or((0, 0));
    let row = match facts.header_origin.as_ref().map(|origin| &origin.place) {
        Some(Place::Sheet { row, .. }) => row.saturating_sub(1),
        _ => row,
    };
    (row, u16::try_from(column).unwrap_or(0))
}

fn put_row(
    sheet: &mut Worksheet,
    (at, left): (u32, u16),
    row: &Row,
    columns: usize,
    further: [&str; 2],
) -> Result<(), XlsxError> {
    for (column, cell) in (left..).zip(row.cells()) {
        put(sheet, at, column, cell)?;
    }
    let end = left.saturating_add(u16::try_from(columns.max(row.len())).unwrap_or(u16::MAX));
    for (column, text) in (end..).zip(further) {
        sheet.write_string(at, column, text)?;
    }
    Ok(())
}

fn put(sheet: &mut Worksheet, row: u32, column: u16, cell: Cell<'_>) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty | Cell::Wrong(_) => {}
        Cell::Text(text) | Cell::Standard(text) | Cell::Duration(text) => {
            sheet.write_string(row, column, text)?;
        }
        // As text, an error would pass for a value.
        Cell::Error(text) => {
            let error = if text.starts_with('#') { text } else { "#N/A" };
            sheet.write_formula(row, column, Formula::new(format!("={error}")).set_result(error))?;
        }
        // An identifier that is shown as `00123` is what it is shown as.
        Cell::Number { digits, shown } => match digits.parse::<f64>() {
            Ok(number) if shown == digits && number.is_finite() => {
                sheet.write_number(row, column, number)?;
            }
            _ => {
                sheet.write_string(row, column, shown)?;
            }
        },
        Cell::Bool(value) => {
            sheet.write_boolean(row, column, value)?;
        }
        Cell::Date(value) => put_date(sheet, row, column, value)?,
        Cell::Time(value) => {
            let moment = ExcelDateTime::from_hms(
                value.hour().unsigned_abs().into(),
                value.minute().unsigned_abs(),
                value.second().unsigned_abs(),
            )?;
            sheet.write_datetime_with_format(row, column, &moment, &Format::new().set_num_format("hh:mm:ss"))?;
        }
    }
    Ok(())
}

/// Dates that the workbook format knows are dates; earlier ones are text, which the recipe's locale reads.
fn put_date(sheet: &mut Worksheet, row: u32, column: u16, value: DateTime) -> Result<(), XlsxError> {
    let (year, month, day) = (value.year(), value.month().unsigned_abs(), value.day().unsigned_abs());
    let Ok(moment) = ExcelDateTime::from_ymd(year.unsigned_abs(), month, day) else {
        sheet.write_string(row, column, Cell::Date(value).to_string())?;
        return Ok(());
    };
    if value.time() == civil::Time::midnight() {
        sheet.write_datetime_with_format(row, column, &moment, &Format::new().set_num_format("yyyy-mm-dd"))?;
        return Ok(());
    }
    let seconds = f64::from(value.second()) + f64::from(value.subsec_nanosecond()) / 1e9;
    let moment = moment.and_hms(value.hour().unsigned_abs().into(), value.minute().unsigned_abs(), seconds)?;
    sheet.write_datetime_with_format(row, column, &moment, &Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"))?;
    Ok(())
}

fn failed(error: XlsxError) -> io::Error {
    io::Error::other(error.to_string())
}
