//! Executes recipes: the order of things, what runs at the same time, what each class of failure means, resuming. Only
//! the runner retries, sleeps and writes the journal; what happens it tells to [`Listener`]s and knows none of them.

mod attempt;
mod backoff;
mod balance;
mod book;
mod context;
mod crew;
mod dry;
mod elements;
mod entry;
mod event;
mod feed;
mod input;
mod keep;
mod keys;
mod live;
mod patience;
mod readback;
mod reason;
mod scope;
mod settle;
mod slot;
mod stop;
mod survey;
#[cfg(test)]
mod tests;
mod work;

pub use balance::Balance;
pub use context::{Options, Selector};
pub use dry::dry_run;
pub use event::{EntryReport, Event, FileReport, Listener, RecordReport};
pub use input::Input;
pub use keep::keep_record;
pub use live::{Bound, Plan, RunError, run};
pub use reason::Reason;
pub use scope::Surroundings;
pub use slot::FEW;
pub use stop::Stop;
