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
use std::time::Duration;

use calamine::{Reader, Xlsx, open_workbook};

use program::{Taken, eintrag, measured, median};

/// What the bench calls itself for: each in a process of its own, as the program is one, so that times and memory compare.
/// (Who starts a process lends it the memory that it has taken itself, as far as the system's count of it goes.)
const WRITE_CSV: &str = "write-csv";
const WRITE_WORKBOOK: &str = "write-workbook";
const BARE_CSV: &str = "bare-csv";
const BARE_CELLS: &str = "bare-cells";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, file, rows] = arguments.as_slice() {
        let (file, rows) = (Path::new(file), rows.parse()?);
        return match word.as_str() {
            WRITE_CSV => Ok(payments::write(file, rows)?),
            WRITE_WORKBOOK => payments::write_workbook(file, rows),
            BARE_CSV => bare_pass(file, rows),
            BARE_CELLS => bare_cells(file, rows),
            other => Err(format!("`{other}` is nothing that this bench does").into()),
        };
    }
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse::<usize>().ok());
    let (rounds, rows) = (numbers.next().unwrap_or(3), numbers.next().unwrap_or(1_000_000));
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let csv = Measure {
        recipe: payments::recipe(payments::CSV),
        file: "payments.csv",
        write: WRITE_CSV,
        bare: BARE_CSV,
        most: "at most 4, and 120 MB",
    };
    csv.take(folder.path(), rounds, rows)?;
    let excel = Measure {
        recipe: payments::recipe(payments::EXCEL),
        file: "payments.xlsx",
        write: WRITE_WORKBOOK,
        bare: BARE_CELLS,
        most: "at most 1.5; memory grows by the shared strings alone",
    };
    excel.take(folder.path(), rounds, rows / 10)?;
    excel.take(folder.path(), rounds, rows / 5)
}

/// A dry run beside a bare pass.
struct Measure {
    recipe: String,
    file: &'static str,
    write: &'static str,
    bare: &'static str,
    most: &'static str,
}

impl Measure {
    fn take(&self, folder: &Path, rounds: usize, rows: usize) -> Result<(), Box<dyn Error>> {
        let file = folder.join(self.file);
        let own = |word: &str| -> Result<Taken, Box<dyn Error>> {
            measured(Command::new(std::env::current_exe()?).arg(word).arg(&file).arg(rows.to_string()))
        };
        own(self.write)?;
        std::fs::write(folder.join("recipe.yaml"), &self.recipe)?;
        println!(
            "{}: {rows} rows of 12 columns, {} MB, {rounds} rounds",
            self.file,
            file.metadata()?.len() / 1_000_000
        );
        let (mut walls, mut cpus, mut peak) = (Vec::new(), Vec::new(), 0);
        for round in 1..=rounds {
            let bare = own(self.bare)?;
            let taken = eintrag(&["run", "recipe.yaml", "--dry-run"], folder, &[])?;
            let ratio = |taken: Duration, bare: Duration| taken.as_secs_f64() / bare.as_secs_f64();
            walls.push(ratio(taken.wall, bare.wall));
            cpus.push(ratio(taken.cpu, bare.cpu));
            peak = peak.max(taken.peak);
            println!(
                "  round {round}: bare pass {:.2} s wall, {:.2} s cpu; dry run {:.2} s wall, {:.2} s cpu, {} MB peak",
                bare.wall.as_secs_f64(),
                bare.cpu.as_secs_f64(),
                taken.wall.as_secs_f64(),
                taken.cpu.as_secs_f64(),
                taken.peak / 1_000_000
            );
        }
        let (wall, cpu) = (median(walls), median(cpus));
        println!("  ratio {wall:.2} in time ({}), {cpu:.2} in work of processors; {} MB", self.most, peak / 1_000_000);
        Ok(())
    }
}

/// All cells as bytes, one record after another.
fn bare_pass(file: &Path, rows: usize) -> Result<(), Box<dyn Error>> {
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(File::open(file)?);
    let mut record = csv::ByteRecord::new();
    let mut count = 0;
    while reader.read_byte_record(&mut record)? {
        count += 1;
    }
    if count != rows {
        return Err(format!("the bare pass read {count} rows").into());
    }
    Ok(())
}

/// All cells of the first sheet, one after another.
fn bare_cells(book: &Path, rows: usize) -> Result<(), Box<dyn Error>> {
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
    Ok(())
}
