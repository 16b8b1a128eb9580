//! The second pass: hands the records out one by one, at the pace at which they are entered.

use std::vec;

use tokio::sync::mpsc;

use super::event::FileReport;
use super::input::{self, Input, Pass, Sift};
use crate::record::Judged;

/// A record and the file it comes from, by position.
pub(super) type Fed = (usize, Judged);

/// Batches that are read ahead.
const AHEAD: usize = 2;

struct Feed {
    queue: mpsc::Sender<(usize, Vec<Judged>)>,
}

/// Keeps the records as they are.
struct Whole;

impl Sift for Whole {
    type Batch = Vec<Judged>;

    fn record(&self, judged: Judged, batch: &mut Vec<Judged>) {
        batch.push(judged);
    }
}

impl Pass for Feed {
    type Sift = Whole;

    fn sift(&self) -> Whole {
        Whole
    }

    fn batch(&mut self, file: usize, batch: Vec<Judged>) -> bool {
        // Nobody takes any more only if the run has failed.
        batch.is_empty() || self.queue.blocking_send((file, batch)).is_ok()
    }

    fn file(&mut self, _file: usize, _report: FileReport) {}
}

/// The records of the second pass, in reading order.
pub(super) struct Records {
    queue: mpsc::Receiver<(usize, Vec<Judged>)>,
    file: usize,
    at_hand: vec::IntoIter<Judged>,
}

impl Records {
    /// The next one; none at the end.
    pub(super) async fn next(&mut self) -> Option<Fed> {
        loop {
            if let Some(judged) = self.at_hand.next() {
                return Some((self.file, judged));
            }
            let batch = self.queue.recv().await?;
            self.turn_to(batch);
        }
    }

    /// The next one, outside of a runtime.
    pub(super) fn blocking_next(&mut self) -> Option<Fed> {
        loop {
            if let Some(judged) = self.at_hand.next() {
                return Some((self.file, judged));
            }
            let batch = self.queue.blocking_recv()?;
            self.turn_to(batch);
        }
    }

    fn turn_to(&mut self, (file, batch): (usize, Vec<Judged>)) {
        (self.file, self.at_hand) = (file, batch.into_iter());
    }
}

/// Starts reading on a thread of its own.
pub(super) fn feed(input: Input) -> Records {
    let (queue, records) = mpsc::channel(AHEAD);
    std::thread::spawn(move || input::go_through(&input, &mut Feed { queue }));
    Records { queue: records, file: 0, at_hand: Vec::new().into_iter() }
}
