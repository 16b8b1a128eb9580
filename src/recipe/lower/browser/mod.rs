//! `browser:` targets: their settings and steps, and what these say of a page.

mod condition;
mod keys;
mod kind;
mod locator;
mod reading;
mod settings;
mod step;
mod together;

pub(in crate::recipe) use condition::CONDITION;
pub(super) use condition::conditions;
pub(super) use kind::Browser;
pub(in crate::recipe) use locator::{BESIDE, LOCATOR};
pub(in crate::recipe) use reading::{CAPTURE, VALUE};
pub(super) use settings::settings;
pub(in crate::recipe) use together::VERBS;
pub(super) use together::is_own;
