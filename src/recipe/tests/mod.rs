//! What a user sees of recipes: good ones are read as they are meant, and each thing that is wrong gets a message with its
//! place. The messages are kept whole, so that a review reads them as a user would.

mod any_text;
mod browser;
mod browser_slips;
mod document;
mod email;
mod example;
mod files;
mod recipe;
mod repeat;
mod slips;
mod target;
mod traps;

use std::path::Path;

use super::Recipe;
use super::model::{HttpCall, HttpPart, HttpStep, PartKind};

/// The recipe of the contract, without its browser target.
const EXAMPLE: &str = include_str!("supplier-invoices.yaml");

/// The portal of the contract, in a recipe of its own.
const PORTAL: &str = include_str!("portal.yaml");

/// A small whole recipe, in pieces that tests replace.
const SMALL: &str = "\
recipe: small
source: { csv: { file: in.csv }, locale: de }
fields:
  number: { column: Nr }
  net: { column: Netto, type: decimal }
key: number
targets:
  erp:
    http: { url: https://erp.example }
    steps:
      - post: /api/invoices
        json: { number: \"${number}\", net: \"${net}\" }
";

/// Reads a recipe that must be good.
fn good(text: &str) -> Recipe {
    super::read("r.yaml", text, Path::new("")).unwrap_or_else(|problems| panic!("{}", shown(&problems)))
}

/// All messages about a recipe that must not be good.
fn bad(text: &str) -> String {
    match super::read("r.yaml", text, Path::new("")) {
        Ok(_) => panic!("the recipe was read"),
        Err(problems) => shown(&problems),
    }
}

/// The small recipe with one piece replaced.
fn small(from: &str, to: &str) -> String {
    assert!(SMALL.contains(from), "{from} is not in the small recipe");
    SMALL.replacen(from, to, 1)
}

/// The portal with one piece replaced.
fn portal(from: &str, to: &str) -> String {
    assert!(PORTAL.contains(from), "{from} is not in the portal");
    PORTAL.replacen(from, to, 1)
}

/// The messages about the small recipe with one piece replaced.
fn bad_small(from: &str, to: &str) -> String {
    bad(&small(from, to))
}

/// The calls of a part of an http target.
fn calls(recipe: &Recipe, target: usize, part: usize) -> &HttpPart {
    match &recipe.targets[target].parts[part].kind {
        PartKind::Http(part) => part,
        PartKind::Browser(_) => panic!("a browser's part"),
    }
}

/// A step that is a call.
fn call(step: &HttpStep) -> &HttpCall {
    match step {
        HttpStep::Call(call) => call,
        HttpStep::ForEach(_) => panic!("a `for_each`"),
    }
}

fn shown(problems: &[crate::diagnostic::Diagnostic]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}
