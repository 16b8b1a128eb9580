//! The second pass: hands the records out one by one, at the pace at which they are entered.

use tokio::sync::mpsc;

use super::event::FileReport;
use super::input::{self, Input, Pass};
use crate::record::Judged;

/// A record and the file it comes from, by position.
pub(super) type Fed = (usize, Judged);

struct Feed {
    queue: mpsc::Sender<Fed>,
}

impl Pass for Feed {
    fn judged(&mut self, file: usize, judged: Judged) -> bool {
        // Nobody takes any more only if the run has failed.
        self.queue.blocking_send((file, judged)).is_ok()
    }

    fn file(&mut self, _file: usize, _report: FileReport) {}
}

/// Starts reading on a thread of its own.
pub(super) fn feed(input: Input) -> mpsc::Receiver<Fed> {
    let (queue, records) = mpsc::channel(256);
    std::thread::spawn(move || input::go_through(&input, &mut Feed { queue }));
    records
}
