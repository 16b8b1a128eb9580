//! The command line: usage, messages, streams, exit codes, and the story that the journal tells afterwards.

mod broken;
mod doctor;
mod dry;
mod story;
mod surroundings;
mod usage;
