//! `eintrag` enters data where people today retype it: it reads records from spreadsheets, CSV exports and mails,
//! checks them, and enters them in target systems, so that nothing is silently wrong, nothing is lost and nothing is
//! entered twice.
//!
//! The modules form a flat pipeline, one a stage, with the nouns of [`record`] between them:
//! `cli → runner → { source, extract, validate, target } → record`. Stages never import each other.

pub mod cases;
pub mod cli;
pub mod diagnostic;
pub mod doctor;
pub mod environment;
pub mod expression;
pub mod extract;
pub mod inspect;
pub mod journal;
pub mod mailbox;
pub mod messages;
pub mod recipe;
pub mod record;
pub mod report;
pub mod runner;
pub mod sandbox;
pub mod secret;
pub mod source;
pub mod target;
pub mod totp;
pub mod validate;
