//! Looking at the surroundings of a run before there is one: browsers and their drivers, the state folder, the time zone
//! data, and the settings that recipes need. Finds facts; the words for them are in [`crate::messages`].

mod browsers;
mod finding;
mod surroundings;

pub use browsers::{browsers, started};
pub use finding::{Fact, Finding, Level};
pub use surroundings::{settings, state_folder, zone};
