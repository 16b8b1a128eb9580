//! One file judged by several threads: one reads and deals batches of rows out in turn, the others judge theirs, and what
//! they make of them is taken in the same turn, so that it comes in reading order. Only a few batches are on their way at
//! a time, however large the file is.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, available_parallelism};

use super::input::{End, Sift};
use crate::record::{Origin, Row};
use crate::source::Reader;
use crate::validate::{Aside, RowJudge};

/// Rows of a batch.
pub(super) const BATCH: usize = 256;

/// The bytes after which a batch is full as well, and those that a row may hold on to when it is used again.
const BATCH_BYTES: usize = 1 << 18;
const ROW_BYTES: usize = 1 << 12;

/// Batches that wait for each thread, and results of each.
const WAITING: usize = 3;

/// More threads than this would only wait for the one that reads.
const MOST_JUDGES: usize = 8;

/// Rows on their way; the vector goes back and forth, so its rows keep their buffers.
#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    /// How many of the rows are filled.
    filled: usize,
}

/// What was made of a batch.
type Made<B> = (B, Aside);

/// A thread that judges, seen from the one that reads.
struct Desk {
    to: SyncSender<Rows>,
    back: Receiver<Rows>,
}

/// Judges all rows; what is made of them goes to `take`, which may end it by `false`.
pub(super) fn judge<S: Sift>(
    mut reader: Reader,
    judge: RowJudge,
    sift: &S,
    mut take: impl FnMut(S::Batch, Aside) -> bool,
) -> (End, bool) {
    let mut end = End::default();
    let mut first = Rows::default();
    if !fill(&mut reader, &mut first, &mut end) {
        // Not worth a thread.
        let (batch, aside) = make(&first, &judge, sift);
        return (end, take(batch, aside));
    }
    let count = available_parallelism().map_or(1, |count| count.get().min(MOST_JUDGES));
    thread::scope(|scope| {
        let (mut desks, mut results) = (Vec::new(), Vec::new());
        for judge in (0..count).map(|_| judge.copy()) {
            let (to, batches) = sync_channel(WAITING);
            let (out, result) = sync_channel(WAITING);
            let (returned, back) = channel();
            desks.push(Desk { to, back });
            results.push(result);
            scope.spawn(move || work(&batches, &returned, &out, &judge, sift));
        }
        let reading = scope.spawn(move || deal(&mut reader, first, &desks, end));
        let mut goes_on = true;
        // In the turn in which they were dealt out: where one has no more, none has.
        for result in results.iter().cycle() {
            let Ok((batch, aside)) = result.recv() else { break };
            goes_on = take(batch, aside);
            if !goes_on {
                break;
            }
        }
        drop(results);
        // A panic there is one here as well.
        let end = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (end, goes_on)
    })
}

/// Reads to the end, or as long as somebody takes the batches.
fn deal(reader: &mut Reader, first: Rows, desks: &[Desk], mut end: End) -> End {
    let mut full = Some(first);
    let mut more = true;
    for desk in desks.iter().cycle() {
        let batch = full.take().unwrap_or_else(|| {
            let mut batch = desk.back.try_recv().unwrap_or_default();
            more = fill(reader, &mut batch, &mut end);
            batch
        });
        if desk.to.send(batch).is_err() || !more {
            break;
        }
    }
    end
}

/// Fills a batch; false at the end of the file.
fn fill(reader: &mut Reader, batch: &mut Rows, end: &mut End) -> bool {
    batch.rows.retain(|row| row.room() <= ROW_BYTES);
    batch.filled = 0;
    let mut bytes = 0;
    while batch.filled < BATCH && bytes < BATCH_BYTES {
        if batch.filled == batch.rows.len() {
            batch.rows.push(Row::new(Origin::file(reader.facts().name.clone())));
        }
        let row = &mut batch.rows[batch.filled];
        match reader.next(row) {
            Ok(true) => {}
            Ok(false) => {
                end.left_out = reader.left_out();
                return false;
            }
            Err(error) => {
                (end.broken, end.left_out) = (Some(error), reader.left_out());
                return false;
            }
        }
        bytes += row.room();
        batch.filled += 1;
        end.rows += 1;
    }
    true
}

fn work<S: Sift>(
    batches: &Receiver<Rows>,
    back: &Sender<Rows>,
    out: &SyncSender<Made<S::Batch>>,
    judge: &RowJudge,
    sift: &S,
) {
    for batch in batches {
        let made = make(&batch, judge, sift);
        // Who reads may have come to its end.
        let _ = back.send(batch);
        if out.send(made).is_err() {
            return;
        }
    }
}

fn make<S: Sift>(batch: &Rows, judge: &RowJudge, sift: &S) -> Made<S::Batch> {
    let mut made = (S::Batch::default(), Aside::default());
    for row in &batch.rows[..batch.filled] {
        if let Some(judged) = judge.row(row, &mut made.1) {
            sift.record(judged, &mut made.0);
        }
    }
    made
}
