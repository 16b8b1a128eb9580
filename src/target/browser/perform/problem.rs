//! What a problem of the page means to whoever reads the message.

use serde_json::Value as Json;

use super::batch::Op;
use super::bench::Doer;
use crate::target::browser::BrowserTrouble;
use crate::target::browser::page::Problem;
use crate::target::browser::trouble::{Candidate, Unusable};
use crate::target::{Difference, Trouble};

impl Doer<'_> {
    /// What a problem of the page means, where no batch tells more.
    pub fn page_trouble(&self, problem: &Problem) -> Trouble {
        self.trouble(problem, None)
    }

    /// What a problem of the page means.
    pub(super) fn trouble(&self, problem: &Problem, op: Option<&Op>) -> Trouble {
        let locator =
            problem.locator.as_ref().or_else(|| op.and_then(|op| op.json.get("at"))).map(said).unwrap_or_default();
        let unusable =
            |why| BrowserTrouble::Unusable { locator: locator.clone(), element: problem.outline.clone(), why };
        let hidden = op
            .and_then(|op| op.json["field"].as_u64())
            .and_then(|at| self.bench.filled.get(at as usize))
            .is_some_and(|filled| filled.secret);
        let hide = |text: &str| if hidden { crate::secret::MASK.to_owned() } else { format!("`{text}`") };
        match problem.kind.as_str() {
            "none" => {
                let wanted = problem.locator.as_ref().and_then(|locator| locator["text"].as_str()).unwrap_or_default();
                BrowserTrouble::Nothing { locator, near: nearest(wanted, &problem.names) }
            }
            "several" => BrowserTrouble::Several {
                locator,
                count: problem.count,
                which: problem
                    .which
                    .iter()
                    .map(|one| Candidate {
                        outline: one.outline.clone(),
                        within: one.within.clone(),
                        css: one.css.clone(),
                    })
                    .collect(),
            },
            "disabled" => unusable(Unusable::Disabled),
            "readonly" => unusable(Unusable::ReadOnly),
            "covered" => unusable(Unusable::Covered(problem.by.clone())),
            "moving" => unusable(Unusable::Moving),
            "taken" => {
                let other = problem.other.as_ref().map(said);
                BrowserTrouble::Taken { locator, other, element: problem.outline.clone() }
            }
            "selector" => BrowserTrouble::Selector { locator, why: problem.why.clone() },
            "option" | "options" => BrowserTrouble::NoOption {
                control: locator,
                wanted: problem.wanted.clone(),
                offered: problem.options.clone(),
            },
            "lost" => BrowserTrouble::NotKept(vec![Difference {
                what: locator,
                expected: hide(&problem.expected),
                found: if problem.found.is_empty() { "empty".to_owned() } else { hide(&problem.found) },
            }]),
            "login" => BrowserTrouble::LoginPage(self.bench.session.address.clone()),
            other => BrowserTrouble::Call(format!("{other} {}", problem.why)),
        }
        .into()
    }
}

/// A locator of the page's answer, as the recipe has it.
fn said(locator: &Json) -> String {
    let text = locator["text"].as_str().unwrap_or_default();
    let own = match locator["by"].as_str().unwrap_or_default() {
        "label" | "click" | "group" | "frame" | "value" | "text" => format!("`{text}`"),
        "role" if text.is_empty() => format!("{{ role: {} }}", locator["role"].as_str().unwrap_or_default()),
        "role" => format!("{{ role: {}, name: {text} }}", locator["role"].as_str().unwrap_or_default()),
        by => format!("{{ {by}: {text} }}"),
    };
    match locator.get("within") {
        None => own,
        Some(within) => format!("{own} within {}", said(within)),
    }
}

/// The names that are most like what was looked for; the first ones where none is.
fn nearest(wanted: &str, names: &[String]) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &String)> = names
        .iter()
        .map(|name| {
            let lower = name.to_lowercase();
            let part = !wanted.is_empty() && (lower.contains(&wanted) || wanted.contains(&lower));
            (if part { 1.0 } else { strsim::jaro_winkler(&wanted, &lower) }, name)
        })
        .collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    scored.into_iter().take(5).map(|(_, name)| name.clone()).collect()
}
