//! The second pass: hands the records out one by one, at the pace at which they are entered.

use std::vec;

use tokio::sync::mpsc;

use super::event::FileReport;
use super::input::{self, Input, Pass};
use crate::record::Judged;

/// A record and the file it comes from, by position.
pub(super) type Fed = (usize, Judged);

/// Records handed over at a time, so that not each of them wakes the reader and the runner.
const BATCH: usize = 64;

/// Batches that are read ahead.
const AHEAD: usize = 4;

struct Feed {
    batch: Vec<Fed>,
    queue: mpsc::Sender<Vec<Fed>>,
}

impl Feed {
    fn hand_over(&mut self) -> bool {
        // Nobody takes any more only if the run has failed.
        self.queue.blocking_send(std::mem::take(&mut self.batch)).is_ok()
    }
}

impl Pass for Feed {
    fn judged(&mut self, file: usize, judged: Judged) -> bool {
        self.batch.push((file, judged));
        self.batch.len() < BATCH || self.hand_over()
    }

    fn file(&mut self, _file: usize, _report: FileReport) {
        self.hand_over();
    }
}

/// The records of the second pass, in reading order.
pub(super) struct Records {
    queue: mpsc::Receiver<Vec<Fed>>,
    at_hand: vec::IntoIter<Fed>,
}

impl Records {
    /// The next one; none at the end.
    pub(super) async fn next(&mut self) -> Option<Fed> {
        loop {
            if let Some(fed) = self.at_hand.next() {
                return Some(fed);
            }
            self.at_hand = self.queue.recv().await?.into_iter();
        }
    }

    /// The next one, outside of a runtime.
    pub(super) fn blocking_next(&mut self) -> Option<Fed> {
        loop {
            if let Some(fed) = self.at_hand.next() {
                return Some(fed);
            }
            self.at_hand = self.queue.blocking_recv()?.into_iter();
        }
    }
}

/// Starts reading on a thread of its own.
pub(super) fn feed(input: Input) -> Records {
    let (queue, records) = mpsc::channel(AHEAD);
    std::thread::spawn(move || input::go_through(&input, &mut Feed { batch: Vec::new(), queue }));
    Records { queue: records, at_hand: Vec::new().into_iter() }
}
