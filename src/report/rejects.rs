//! Rejected rows in their file's own layout, with the reason in a further column: to be corrected and fed back. The last
//! column says which row of which file it was, so that the corrected row can be told from a new one.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::messages::{self, Language};
use crate::recipe::Recipe;
use crate::record::{Outcome, Row};
use crate::runner::{Event, Listener};
use crate::source::{Reader, Snapshot, Wanted};

/// The column with the reason.
pub const REASON: &str = "eintrag: reason";
/// The column with the row's identity: the beginning of its file's SHA-256, and its place.
pub const ROW: &str = "eintrag: row";

/// Collects the places of rejected rows and the reasons.
pub struct Rejects {
    language: Language,
    /// By file and place of the row.
    reasons: BTreeMap<(Arc<str>, String), String>,
}

impl Rejects {
    /// Rejects with reasons in a language.
    pub fn new(language: Language) -> Self {
        Self { language, reasons: BTreeMap::new() }
    }

    /// Writes one CSV for each input that has rejected rows; answers their paths.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, recipe: &Recipe, snapshots: &[Snapshot], folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut written = Vec::new();
        for snapshot in snapshots {
            if self.reasons.keys().any(|(file, _)| *file == snapshot.name) {
                std::fs::create_dir_all(folder)?;
                let path = folder.join(format!("{}.rejects.csv", snapshot.name.replace('/', "-")));
                self.write_file(recipe, snapshot, &path)?;
                written.push(path);
            }
        }
        Ok(written)
    }

    fn write_file(&self, recipe: &Recipe, snapshot: &Snapshot, path: &Path) -> io::Result<()> {
        let wanted = Wanted::for_fields(&recipe.fields);
        // A file that cannot be opened has no rows to show; its issue stands in the balance.
        let Ok(mut reader) = Reader::open_with(&recipe.source, snapshot, &wanted) else { return Ok(()) };
        let mut file = File::create(path)?;
        // Spreadsheet programs take a CSV for UTF-8 only with a byte order mark.
        io::Write::write_all(&mut file, "\u{feff}".as_bytes())?;
        let delimiter = reader.facts().delimiter.and_then(|letter| u8::try_from(letter).ok()).unwrap_or(b';');
        let mut out = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(file);
        let header = reader.facts().header.clone();
        out.write_record(header.iter().map(String::as_str).chain([REASON, ROW]))?;
        let mut row = Row::new(crate::record::Origin::file(Arc::clone(&snapshot.name)));
        while reader.next(&mut row).unwrap_or(false) {
            let place = row.origin.place();
            let Some(reason) = self.reasons.get(&(Arc::clone(&snapshot.name), place.clone())) else { continue };
            let mut cells: Vec<String> = row.cells().map(|cell| cell.to_string()).collect();
            cells.resize(header.len().max(cells.len()), String::new());
            cells.push(reason.clone());
            cells.push(format!("{}:{place}", &snapshot.sha256[..snapshot.sha256.len().min(12)]));
            out.write_record(&cells)?;
        }
        out.flush()
    }
}

impl Listener for Rejects {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        let Event::Record(record) = event else { return Ok(()) };
        if record.outcome != Outcome::Rejected {
            return Ok(());
        }
        let mut reasons: Vec<String> = record
            .issues
            .iter()
            .map(|issue| {
                let field = issue.field.as_ref().map_or_else(String::new, |field| format!("{field}: "));
                format!("{field}{}", messages::why(&issue.why, self.language))
            })
            .collect();
        reasons.extend(record.reason.as_ref().map(|reason| messages::reason(reason, self.language)));
        let reason = reasons.join(" | ");
        for row in &record.places {
            self.reasons.insert((Arc::clone(&row.file), row.place()), reason.clone());
        }
        Ok(())
    }
}
