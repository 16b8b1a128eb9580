//! From what is written to what is meant: names are settled, defaults filled in, and all that does not go together is
//! reported at once. A value that cannot be lowered is reported and replaced by a harmless one, so that the rest can be
//! checked; a recipe with any report is never handed out.

mod auth;
mod body;
mod browser;
mod capture;
mod condition;
mod constraints;
mod context;
mod document;
mod each;
mod email;
mod field;
mod flow;
mod http;
mod kind;
mod part;
mod pick;
mod recipe;
mod repeat;
mod source;
mod step;
mod table;
mod target;
mod together;
mod words;

pub(super) use browser::{BESIDE, CAPTURE, CONDITION, LOCATOR, VALUE, VERBS as BROWSER_VERBS};
pub(super) use context::Context;
pub(super) use recipe::recipe;
pub(super) use together::VERBS;
