//! All that an e-invoice says, as one JSON object: for `eintrag inspect`, before any recipe.

use roxmltree::Node;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

use super::{Invoice, sums};
use crate::recipe::model::{TERMS, TermPlace};
use crate::record::Why;

impl<'a, 'i> Invoice<'a, 'i> {
    /// What is wrong with its sums.
    pub(in crate::source) fn wrong_sums(&self) -> Vec<Why> {
        sums::wrong(self)
    }

    /// Its terms by their plain names; of a term that stands there several times, a list.
    pub(in crate::source) fn to_json(self) -> Map<String, Json> {
        let mut all = Map::new();
        all.insert("syntax".into(), json!(self.syntax.name()));
        for term in TERMS.iter().filter(|term| term.place == TermPlace::Invoice) {
            insert(&mut all, term.name, self.values(term));
        }
        all.insert("credit_note".into(), json!(self.is_credit_note()));
        let row = |place: TermPlace, prefix: &str, node: Node<'a, 'i>| {
            let mut row = Map::new();
            for term in TERMS.iter().filter(|term| term.place == place) {
                insert(&mut row, term.name.trim_start_matches(prefix), self.values_in(term, node));
            }
            row
        };
        let line = |line: Node<'a, 'i>| {
            let mut whole = row(TermPlace::Line, "line.", line);
            let inside: Vec<_> = self.sub_lines(line).map(|line| row(TermPlace::Line, "line.", line)).collect();
            if !inside.is_empty() {
                whole.insert("sub_lines".into(), json!(inside));
            }
            whole
        };
        all.insert("vat".into(), self.vat().into_iter().map(|node| row(TermPlace::Vat, "vat.", node)).collect());
        all.insert("lines".into(), self.lines().into_iter().map(line).collect());
        let embedded = self.embedded();
        if !embedded.is_empty() {
            let files = embedded.into_iter().map(|(name, media_type, content)| {
                let sha256: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
                json!({ "name": name, "media_type": media_type, "size": content.len(), "sha256": sha256 })
            });
            all.insert("attachments".into(), files.collect());
        }
        all
    }
}

fn insert(all: &mut Map<String, Json>, name: &str, mut values: Vec<String>) {
    match values.len() {
        0 => {}
        1 => drop(all.insert(name.to_owned(), json!(values.remove(0)))),
        _ => drop(all.insert(name.to_owned(), json!(values))),
    }
}
