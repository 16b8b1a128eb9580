//! One file judged by several threads: one reads and deals it out in turn, the others judge what they get, and what they
//! make of it is taken in the same turn, so that it comes in reading order. Where the source can tell pieces of a file
//! apart without reading them, pieces are dealt, otherwise rows. Only a little is on its way at a time, however large the
//! file is.

use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::{self, available_parallelism};

use super::input::{End, Sift};
use crate::record::{Origin, Row};
use crate::source::{Piece, PieceRows, Pieces, Reader, SourceError};
use crate::validate::{Aside, RowJudge};

/// Rows that are dealt out together, and judged before what was made of them is handed on.
pub(super) const BATCH: usize = 256;
const HANDED_ON: usize = 1024;

/// The bytes after which it is enough as well, and those that a row may hold on to when it is used again.
const BATCH_BYTES: usize = 1 << 18;
const ROW_BYTES: usize = 1 << 12;

/// Batches that wait for each thread, and results of each.
const WAITING: usize = 3;

/// More threads than this would only wait for the one that reads.
const MOST_JUDGES: usize = 8;

/// What is dealt out.
enum Load {
    Rows(Rows),
    Piece(Piece),
}

/// Rows on their way; the vector goes back and forth, so its rows keep their buffers.
#[derive(Default)]
struct Rows {
    rows: Vec<Row>,
    /// How many of the rows are filled.
    filled: usize,
}

/// What was made of a load, or of a part of it.
struct Made<B> {
    batch: B,
    aside: Aside,
    rows: u64,
    broken: Option<SourceError>,
    /// Whether there is more of the same load.
    more: bool,
}

impl<B: Default> Default for Made<B> {
    fn default() -> Self {
        Self { batch: B::default(), aside: Aside::default(), rows: 0, broken: None, more: false }
    }
}

/// A thread that judges, seen from the one that reads.
struct Desk {
    to: SyncSender<Load>,
    back: Receiver<Load>,
}

/// What the thread that reads came to.
#[derive(Default)]
struct Read {
    broken: Option<SourceError>,
    left_out: u64,
}

/// Judges all rows; what is made of them goes to `take`, which may end it by `false`.
pub(super) fn judge<S: Sift>(
    mut reader: Reader,
    mut judge: RowJudge,
    sift: &S,
    mut take: impl FnMut(S::Batch, Aside) -> bool,
) -> (End, bool) {
    let mut read = Read::default();
    let mut first = Rows::default();
    if !fill(&mut reader, &mut first, &mut read) {
        // Not worth a thread.
        let made = make(&first, &mut judge, sift);
        let end = End { rows: made.rows, broken: read.broken, left_out: read.left_out };
        return (end, take(made.batch, made.aside));
    }
    let mut dealer = match reader.pieces() {
        Some(pieces) => Dealer::Pieces(Box::new(pieces)),
        None => Dealer::Rows { reader: Box::new(reader), first: Some(first) },
    };
    let count = available_parallelism().map_or(1, |count| count.get().min(MOST_JUDGES));
    thread::scope(|scope| {
        let (mut desks, mut results) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let (to, loads) = sync_channel(WAITING);
            let (out, result) = sync_channel(WAITING);
            let (returned, back) = channel();
            desks.push(Desk { to, back });
            results.push(result);
            let worker = Worker { judge: judge.copy(), sift, pieces: dealer.rows(), out, returned };
            scope.spawn(move || worker.work(&loads));
        }
        let reading = scope.spawn(move || dealer.deal(&desks));
        let (mut end, goes_on) = collect(results, &mut take);
        // A panic there is one here as well.
        let read = reading.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        end.broken = end.broken.or(read.broken);
        end.left_out = read.left_out;
        (end, goes_on)
    })
}

/// Takes the results in the turn in which the loads were dealt out: where one thread has no more, none has.
fn collect<B>(results: Vec<Receiver<Made<B>>>, take: &mut dyn FnMut(B, Aside) -> bool) -> (End, bool) {
    let mut end = End::default();
    for result in results.iter().cycle() {
        loop {
            let Ok(made) = result.recv() else { return (end, true) };
            end.rows += made.rows;
            end.broken = made.broken;
            if !take(made.batch, made.aside) {
                return (end, false);
            }
            if end.broken.is_some() {
                return (end, true);
            }
            if !made.more {
                break;
            }
        }
    }
    (end, true)
}

/// What reads and deals out.
enum Dealer {
    Rows { reader: Box<Reader>, first: Option<Rows> },
    Pieces(Box<Pieces>),
}

impl Dealer {
    /// What reads the pieces, where pieces are dealt.
    fn rows(&self) -> Option<PieceRows> {
        match self {
            Dealer::Pieces(pieces) => Some(pieces.rows()),
            Dealer::Rows { .. } => None,
        }
    }

    /// Reads to the end, or as long as somebody takes what is read.
    fn deal(&mut self, desks: &[Desk]) -> Read {
        let mut read = Read::default();
        let mut more = true;
        for desk in desks.iter().cycle() {
            let used = desk.back.try_recv().ok();
            let load = match self {
                Dealer::Rows { first: first @ Some(_), .. } => first.take().map(Load::Rows),
                Dealer::Rows { reader, .. } => {
                    let mut rows = if let Some(Load::Rows(rows)) = used { rows } else { Rows::default() };
                    more = fill(reader, &mut rows, &mut read);
                    Some(Load::Rows(rows))
                }
                Dealer::Pieces(pieces) => {
                    let used = if let Some(Load::Piece(piece)) = used { piece } else { Piece::default() };
                    pieces
                        .next(used)
                        .unwrap_or_else(|error| {
                            read.broken = Some(error);
                            None
                        })
                        .map(Load::Piece)
                }
            };
            let Some(load) = load else { break };
            if desk.to.send(load).is_err() || !more {
                break;
            }
        }
        read
    }
}

/// Fills a batch; false at the end of the file.
fn fill(reader: &mut Reader, batch: &mut Rows, read: &mut Read) -> bool {
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
                read.left_out = reader.left_out();
                return false;
            }
            Err(error) => {
                (read.broken, read.left_out) = (Some(error), reader.left_out());
                return false;
            }
        }
        bytes += row.room();
        batch.filled += 1;
    }
    true
}

/// A thread that judges.
struct Worker<'a, S: Sift> {
    judge: RowJudge,
    sift: &'a S,
    pieces: Option<PieceRows>,
    out: SyncSender<Made<S::Batch>>,
    returned: Sender<Load>,
}

impl<S: Sift> Worker<'_, S> {
    fn work(mut self, loads: &Receiver<Load>) {
        let mut row = Row::new(Origin::file(self.judge.file()));
        for load in loads {
            let (goes_on, used) = match load {
                Load::Rows(rows) => {
                    let goes_on = self.out.send(make(&rows, &mut self.judge, self.sift)).is_ok();
                    (goes_on, Load::Rows(rows))
                }
                Load::Piece(piece) => {
                    let Some(mut rows) = self.pieces.take() else { return };
                    let used = rows.begin(piece);
                    let goes_on = self.read(&mut rows, &mut row);
                    self.pieces = Some(rows);
                    (goes_on, Load::Piece(used))
                }
            };
            // Who reads may have come to its end.
            let _ = self.returned.send(used);
            if !goes_on {
                return;
            }
        }
    }

    /// Judges the rows of a piece; false when nobody wants to know any more.
    fn read(&mut self, rows: &mut PieceRows, row: &mut Row) -> bool {
        let mut made = Made::default();
        let mut bytes = 0;
        loop {
            match rows.next(row) {
                Ok(true) => {}
                Ok(false) => return self.out.send(made).is_ok(),
                Err(error) => {
                    made.broken = Some(error);
                    return self.out.send(made).is_ok();
                }
            }
            judge_one(row, &mut self.judge, self.sift, &mut made);
            bytes += row.room();
            if made.rows >= HANDED_ON as u64 || bytes >= BATCH_BYTES << 2 {
                made.more = true;
                bytes = 0;
                if self.out.send(std::mem::take(&mut made)).is_err() {
                    return false;
                }
            }
            if row.room() > ROW_BYTES << 4 {
                *row = Row::new(Origin::file(self.judge.file()));
            }
        }
    }
}

fn make<S: Sift>(batch: &Rows, judge: &mut RowJudge, sift: &S) -> Made<S::Batch> {
    let mut made = Made::default();
    batch.rows[..batch.filled].iter().for_each(|row| judge_one(row, judge, sift, &mut made));
    made
}

fn judge_one<S: Sift>(row: &Row, judge: &mut RowJudge, sift: &S, made: &mut Made<S::Batch>) {
    made.rows += 1;
    if sift.takes_keys()
        && let Some(key) = judge.key_of_good(row, &mut made.aside)
    {
        return sift.good(&row.origin, &key, &mut made.batch);
    }
    if let Some(judged) = judge.row(row, &mut made.aside) {
        sift.record(judged, &mut made.batch);
    }
}
