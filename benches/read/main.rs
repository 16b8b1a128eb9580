//! How long a dry run takes to read and judge a million rows of twelve typed columns, beside a bare pass of the CSV
//! library over the same file that judges nothing; the same for a workbook of a tenth of the rows, beside a bare pass of
//! the workbook library; and how much memory it needs. Run with `cargo bench --bench read`; numbers after `--` are the
//! rounds (3 unless stated) and the rows of the CSV file (1,000,000 unless stated).
#![allow(clippy::print_stdout, reason = "a bench talks to the terminal")]

mod payments;
#[path = "../support/program.rs"]
mod program;

use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use calamine::{Reader, Xlsx, open_workbook};

use program::{eintrag, median};

/// The word by which the bench calls itself to write a workbook: who starts a program lends it the memory that it has
/// taken itself, as far as the system's count of the largest memory goes.
const WRITE: &str = "write-workbook";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, book, rows] = arguments.as_slice()
        && word == WRITE
    {
        return payments::write_workbook(Path::new(book), rows.parse()?);
    }
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse::<usize>().ok());
    let (rounds, rows) = (numbers.next().unwrap_or(3), numbers.next().unwrap_or(1_000_000));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let file = folder.path().join("payments.csv");
    let bytes = payments::write(&file, rows)?;
    std::fs::write(folder.path().join("csv.yaml"), payments::recipe(payments::CSV))?;
    println!("{rows} rows of 12 columns, {} MB of Windows-1252, {rounds} rounds", bytes / 1_000_000);
    rounds_of(rounds, folder.path(), "csv.yaml", || bare_pass(&file, rows))?;
    println!("  (at most 4, 120 MB)");

    for rows in [rows / 10, rows / 5] {
        let book = folder.path().join("payments.xlsx");
        let written = Command::new(std::env::current_exe()?).arg(WRITE).arg(&book).arg(rows.to_string()).status()?;
        if !written.success() {
            return Err("the workbook cannot be written".into());
        }
        std::fs::write(folder.path().join("excel.yaml"), payments::recipe(payments::EXCEL))?;
        println!("{rows} rows of 12 columns, {} MB of xlsx, {rounds} rounds", book.metadata()?.len() / 1_000_000);
        rounds_of(rounds, folder.path(), "excel.yaml", || bare_cells(&book, rows))?;
        println!("  (at most 1.5)");
    }
    Ok(())
}

/// Measures a recipe's dry run beside a bare pass.
fn rounds_of(
    rounds: usize,
    folder: &Path,
    recipe: &str,
    bare: impl Fn() -> Result<Duration, Box<dyn Error>>,
) -> Result<(), Box<dyn Error>> {
    let (mut ratios, mut peak) = (Vec::new(), 0);
    for round in 1..=rounds {
        let bare = bare()?;
        let taken = eintrag(&["run", recipe, "--dry-run"], folder, &[])?;
        let ratio = taken.wall.as_secs_f64() / bare.as_secs_f64();
        println!(
            "  round {round}: bare pass {:.3} s; dry run {:.2} s wall, {:.2} s cpu, {} MB peak; ratio {ratio:.2}",
            bare.as_secs_f64(),
            taken.wall.as_secs_f64(),
            taken.cpu.as_secs_f64(),
            taken.peak / 1_000_000
        );
        ratios.push(ratio);
        peak = peak.max(taken.peak);
    }
    println!("  dry run: ratio {:.2}, {} MB", median(ratios), peak / 1_000_000);
    Ok(())
}

/// All cells of the first sheet, one after another.
fn bare_cells(book: &Path, rows: usize) -> Result<Duration, Box<dyn Error>> {
    let begun = Instant::now();
    let mut book: Xlsx<_> = open_workbook(book)?;
    let sheet = book.sheet_names().first().cloned().ok_or("no sheet")?;
    let mut cells = book.worksheet_cells_reader(&sheet)?;
    let mut count = 0;
    while cells.next_cell()?.is_some() {
        count += 1;
    }
    if count != (rows + 1) * 12 {
        return Err(format!("the bare pass read {count} cells").into());
    }
    Ok(begun.elapsed())
}

/// All cells as bytes, one record after another.
fn bare_pass(file: &Path, rows: usize) -> Result<Duration, Box<dyn Error>> {
    let begun = Instant::now();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(File::open(file)?);
    let mut record = csv::ByteRecord::new();
    let mut count = 0;
    while reader.read_byte_record(&mut record)? {
        count += 1;
    }
    if count != rows {
        return Err(format!("the bare pass read {count} rows").into());
    }
    Ok(begun.elapsed())
}
