//! What a write is repeated for: each line of a record (or value of a list) is an entry of its own then, so that each must
//! have a key, and no two the same.

use std::collections::HashMap;
use std::sync::Arc;

use super::draft::{Draft, Line};
use super::judge::{Judge, shown};
use crate::recipe::Recipe;
use crate::recipe::model::{Repeat, RepeatList, element_text};
use crate::record::{Issue, Value, Why};

/// What a recipe's writes are repeated for; the same is looked at once.
pub(super) fn repeats(recipe: &Recipe) -> Vec<Repeat> {
    let mut repeats: Vec<Repeat> = Vec::new();
    for repeat in recipe.targets.iter().flat_map(|target| &target.parts).filter_map(|part| part.repeat.as_ref()) {
        if !repeats.iter().any(|known| known.list == repeat.list && known.by == repeat.by) {
            repeats.push(repeat.clone());
        }
    }
    repeats
}

impl Judge {
    /// Looks at the keys of a record's lines, as far as their fields could be read.
    pub(super) fn check_elements(&self, draft: &mut Draft, lines: &Value) {
        for repeat in &self.repeats {
            let faulty_field = matches!(repeat.list, RepeatList::Field(at) if draft.is_faulty(at));
            if faulty_field {
                continue;
            }
            let mut first: HashMap<String, usize> = HashMap::new();
            let mut issues = Vec::new();
            for (at, value) in repeat.values(&draft.fields, lines).iter().enumerate() {
                let line = draft.lines.get(at).filter(|_| repeat.list == RepeatList::Lines);
                if line.is_some_and(|line| self.is_spoiled(repeat, line)) {
                    continue;
                }
                let origin = line.map_or(&draft.origin, |line| &line.origin).clone();
                let field = match (repeat.list, repeat.by.as_slice()) {
                    (RepeatList::Field(at), _) => self.names.get(at).map(Arc::clone),
                    (RepeatList::Lines, [one]) => Some(Arc::clone(one)),
                    (RepeatList::Lines, _) => None,
                };
                match repeat.key(value) {
                    Err(name) => {
                        let field = if line.is_some() { Some(name) } else { field };
                        issues.push(Issue {
                            at: origin,
                            field,
                            value: shown(value).filter(|_| line.is_none()),
                            why: Why::LineKeyEmpty,
                        });
                    }
                    Ok(key) => {
                        let text = element_text(&key);
                        if let Some(first) = first.get(&text) {
                            let first = draft.lines.get(*first).filter(|_| line.is_some());
                            let why = Why::LineTwice {
                                by: repeat.by_in_words(),
                                first: first.map(|line| line.origin.place.clone()),
                            };
                            issues.push(Issue { at: origin, field, value: Some(text), why });
                        } else {
                            first.insert(text, at);
                        }
                    }
                }
            }
            draft.issues.append(&mut issues);
        }
    }

    /// Whether a field of the line's key has an issue of its own.
    fn is_spoiled(&self, repeat: &Repeat, line: &Line) -> bool {
        let fields = self.recipe.grouping.as_ref().map_or(&[][..], |grouping| &grouping.lines);
        let of_key = |at: &usize| self.names.get(*at).is_some_and(|name| repeat.by.contains(name));
        fields.iter().zip(&line.faulty).any(|(at, faulty)| *faulty && of_key(at))
    }
}
