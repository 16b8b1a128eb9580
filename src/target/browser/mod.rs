//! Browser targets, over WebDriver. What a person would do is worked out without any browser (`render`, `plan`); drivers
//! and sessions, the script that works in the page (`page`), doing steps, logins, submits and look-ups stand beside it.
//! Nothing here tries a record again: the runner does.

mod capabilities;
mod driver;
mod evidence;
mod login;
mod lookup;
mod page;
mod perform;
mod plan;
mod pool;
mod render;
mod session;
mod submit;
mod target;
mod trouble;
mod value;
mod walk;

#[cfg(test)]
mod tests;

pub use driver::{Installed, Present, installed, present};
pub use evidence::Evidence;
pub use target::{BrowserOptions, BrowserTarget, render_steps};
pub use trouble::{BrowserTrouble, Candidate, Unusable};
