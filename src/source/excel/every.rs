//! Every row of every sheet of a workbook, in its order: what there is before a recipe says what is wanted.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use super::worker::{Batch, Job, Message, Scope};
use super::{SheetInfo, WAITING, broken, start};
use crate::record::Row;
use crate::source::{Snapshot, SourceError};

/// The rows of all sheets.
pub(crate) struct EverySheet {
    sheets: Vec<SheetInfo>,
    from: Receiver<Message>,
    back: SyncSender<Batch>,
    batch: Batch,
    at: usize,
    ended: bool,
    name: Arc<str>,
}

impl EverySheet {
    /// Opens a workbook.
    pub(crate) fn open(snapshot: &Snapshot) -> Result<Self, SourceError> {
        let name = Arc::clone(&snapshot.name);
        let (out, from) = sync_channel(WAITING);
        let (back, returned) = sync_channel(WAITING + 2);
        start(Job { path: snapshot.copy.clone(), name: Arc::clone(&name), scope: Scope::All }, out, returned)?;
        match from.recv() {
            Ok(Message::Sheets(sheets)) => {
                Ok(Self { sheets, from, back, batch: Batch::default(), at: 0, ended: false, name })
            }
            Ok(Message::Failed(error)) => Err(error),
            _ => Err(broken(&name)),
        }
    }

    /// The sheets, also those without cells.
    pub(crate) fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// Reads the next row that is not blank; false at the end. After an error it goes on with the next sheet, if there
    /// is one that can be read.
    pub(crate) fn next(&mut self, row: &mut Row) -> Result<bool, SourceError> {
        while self.at == self.batch.filled {
            if self.ended {
                return Ok(false);
            }
            match self.from.recv() {
                Ok(Message::Rows(batch)) => {
                    let read = std::mem::replace(&mut self.batch, batch);
                    self.at = 0;
                    // A batch that finds no room to go back is made anew by the thread.
                    let _ = self.back.try_send(read);
                }
                Ok(Message::End) => self.ended = true,
                Ok(Message::Problem(error)) => return Err(error),
                Ok(Message::Failed(error)) => {
                    self.ended = true;
                    return Err(error);
                }
                Ok(Message::Opened(_) | Message::Sheets(_)) | Err(_) => {
                    self.ended = true;
                    return Err(broken(&self.name));
                }
            }
        }
        std::mem::swap(row, &mut self.batch.rows[self.at]);
        self.at += 1;
        Ok(true)
    }
}
