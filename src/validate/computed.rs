//! The order in which computed fields get their values: each after those it uses, and those that speak of the lines of a
//! record only when all of its rows are there.

use crate::expression::{Name, Piece, Template};
use crate::recipe::Recipe;
use crate::recipe::model::Finder;

/// Which computed fields are done when, and what each uses.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Computed for each row, in this order.
    pub(super) per_row: Vec<usize>,
    /// Computed for the whole record, in this order.
    pub(super) per_record: Vec<usize>,
    /// The fields that each field uses directly; empty for those that are read.
    pub(super) uses: Vec<Vec<usize>>,
    /// Whether a field uses `lines` directly.
    pub(super) uses_lines: Vec<bool>,
}

impl Plan {
    pub(super) fn new(recipe: &Recipe) -> Self {
        let count = recipe.fields.len();
        let mut plan = Plan { uses: vec![Vec::new(); count], uses_lines: vec![false; count], ..Plan::default() };
        let mut late = vec![false; count];
        let mut waiting = Vec::new();
        for (at, field) in recipe.fields.iter().enumerate() {
            let Finder::Computed(template) = &field.finder else { continue };
            waiting.push(at);
            for name in names(&template.value) {
                match name {
                    Name::Field(used) => plan.uses[at].push(*used),
                    Name::Lines => (plan.uses_lines[at], late[at]) = (true, true),
                    // Of a record that spans several rows, only the whole can be equal to another.
                    Name::Occurrence => late[at] = recipe.grouping.is_some(),
                    _ => {}
                }
            }
        }
        // Each round settles the fields whose parts are settled. The recipe's own check has excluded circles; should one
        // be left, its fields come last and have nothing to compute from.
        let mut settled: Vec<bool> = (0..count).map(|at| !waiting.contains(&at)).collect();
        while !waiting.is_empty() {
            let ready =
                waiting.iter().position(|at| plan.uses[*at].iter().all(|used| settled.get(*used) != Some(&false)));
            let at = waiting.remove(ready.unwrap_or(0));
            settled[at] = true;
            late[at] |= plan.uses[at].iter().any(|used| late.get(*used) == Some(&true));
            if late[at] { plan.per_record.push(at) } else { plan.per_row.push(at) }
        }
        plan
    }
}

/// The names of a template.
pub(super) fn names(template: &Template) -> impl Iterator<Item = &Name> {
    template.pieces().iter().flat_map(|piece| match piece {
        Piece::Literal(_) => [].iter(),
        Piece::Expression(expression, _) => expression.names().iter(),
    })
}
