//! Rejected rows in their file's own layout, with the reason in a further column: to be corrected and fed back. The last
//! column says which row of which file it was, so that the corrected row can be told from a new one. Documents, which
//! have no rows, are put down whole, with a list of the reasons.

mod csv;
mod documents;
mod workbook;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::documents::Documents;
use crate::messages::{self, Language, Word};
use crate::recipe::Recipe;
use crate::recipe::model::SourceKind;
use crate::record::{Origin, Outcome, Row};
use crate::runner::{Event, Listener};
use crate::source::{Reader, Snapshot, Wanted};

/// The column with the reason.
pub const REASON: &str = "eintrag: reason";
/// The column with the row's identity: the beginning of its file's SHA-256, and its place.
pub const ROW: &str = "eintrag: row";

/// Reasons by file and place of the row.
type Reasons = BTreeMap<(Arc<str>, String), String>;

/// Collects the places of rejected rows and the reasons.
pub struct Rejects {
    language: Language,
    reasons: Reasons,
    /// For sources without rows to be corrected in a table.
    documents: Option<Documents>,
}

impl Rejects {
    /// Rejects of a recipe's source, with reasons in a language.
    pub fn new(source: &SourceKind, language: Language) -> Self {
        let is_table = matches!(source, SourceKind::Csv(_) | SourceKind::Excel(_));
        Self { language, reasons: BTreeMap::new(), documents: (!is_table).then(Documents::default) }
    }

    /// Writes a file for each input that has rejected rows, of the kind that the recipe reads, or all documents with
    /// rejected records; answers the paths, each with what is there.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, recipe: &Recipe, snapshots: &[Snapshot], folder: &Path) -> io::Result<Vec<(Word, PathBuf)>> {
        if let Some(documents) = &self.documents {
            let written = documents.write(snapshots, folder, self.language)?;
            let both = |it: documents::Written| [(Word::RejectedFiles, it.folder), (Word::RejectReasons, it.list)];
            return Ok(written.map(both).into_iter().flatten().collect());
        }
        let mut written = Vec::new();
        for snapshot in snapshots {
            if self.reasons.keys().any(|(file, _)| *file == snapshot.name) {
                std::fs::create_dir_all(folder)?;
                written.extend(self.write_file(recipe, snapshot, folder)?.map(|path| (Word::AllRejects, path)));
            }
        }
        Ok(written)
    }

    fn write_file(&self, recipe: &Recipe, snapshot: &Snapshot, folder: &Path) -> io::Result<Option<PathBuf>> {
        let wanted = Wanted::for_fields(&recipe.fields);
        // A file that cannot be opened has no rows to show; its issue stands in the balance.
        let Ok(mut reader) = Reader::open_with(&recipe.source, snapshot, &wanted) else { return Ok(None) };
        let facts = reader.facts().clone();
        let rows = Rows { reader: &mut reader, snapshot, reasons: &self.reasons };
        let name = snapshot.name.replace('/', "-");
        let path = match &recipe.source.kind {
            SourceKind::Csv(source) => {
                let path = folder.join(format!("{name}.rejects.csv"));
                csv::write(&path, source, &facts, rows)?;
                path
            }
            SourceKind::Excel(source) => {
                let path = folder.join(format!("{name}.rejects.xlsx"));
                workbook::write(&path, source, &facts, rows)?;
                path
            }
            // These are put down whole.
            SourceKind::Email(_)
            | SourceKind::Xml(_)
            | SourceKind::Json(_)
            | SourceKind::Einvoice(_)
            | SourceKind::Pdf(_) => return Ok(None),
        };
        Ok(Some(path))
    }
}

/// The rejected rows of a file, in reading order.
struct Rows<'a> {
    reader: &'a mut Reader,
    snapshot: &'a Snapshot,
    reasons: &'a Reasons,
}

impl Rows<'_> {
    /// Hands each rejected row to `take`, with its reason and its identity.
    fn each(self, mut take: impl FnMut(&Row, &str, &str) -> io::Result<()>) -> io::Result<()> {
        let mut row = Row::new(Origin::file(Arc::clone(&self.snapshot.name)));
        let hash: String = self.snapshot.sha256.chars().take(12).collect();
        while self.reader.next(&mut row).unwrap_or(false) {
            let place = row.origin.place();
            if let Some(reason) = self.reasons.get(&(Arc::clone(&self.snapshot.name), place.clone())) {
                take(&row, reason, &format!("{hash}:{place}"))?;
            }
        }
        Ok(())
    }
}

impl Listener for Rejects {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        if let (Event::File(file), Some(documents)) = (event, &mut self.documents) {
            documents.take_file(file, self.language);
        }
        let Event::Record(record) = event else { return Ok(()) };
        if record.outcome != Outcome::Rejected {
            return Ok(());
        }
        if let Some(documents) = &mut self.documents {
            documents.take_record(record, self.language);
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
