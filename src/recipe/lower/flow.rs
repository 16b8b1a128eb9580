//! How captured values flow through the steps of a recipe: who captures what, who uses it, what is captured in vain, and
//! what a lookup must capture because it stands in for the steps.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::super::model::{Part, PartKind};
use super::super::names::Used;
use super::Context;
use super::browser::Browser;
use super::http::Http;
use super::kind::{Named, Section, captures_of};

/// What one list of steps of one part was found to use.
#[derive(Debug)]
pub(super) struct SectionUse {
    /// The target, by its position.
    pub target: usize,
    /// The part, by its position; none for the login.
    pub part: Option<usize>,
    /// The list.
    pub section: Section,
    /// What it uses.
    pub used: Used,
}

/// A capture that somebody must use.
#[derive(Debug)]
pub(super) struct Owed {
    /// The target's name.
    pub target: Arc<str>,
    /// The name.
    pub name: Arc<str>,
    /// Where it stands.
    pub span: Range<usize>,
}

/// A lookup and what it should capture.
#[derive(Debug)]
pub(super) struct LookupDuty {
    /// The target, by its position.
    pub target: usize,
    /// The part, by its position.
    pub part: usize,
    /// Where the lookup's last step stands.
    pub span: Range<usize>,
    /// What the lookup captures.
    pub captures: BTreeSet<Arc<str>>,
    /// What the steps capture.
    pub steps: Vec<Arc<str>>,
    /// What the value of a capture looks like.
    pub form: &'static str,
}

/// All that is known of captures.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Uses, by list.
    pub uses: Vec<SectionUse>,
    /// Captures that must be used.
    pub owed: Vec<Owed>,
    /// Lookups.
    pub lookups: Vec<LookupDuty>,
}

impl Flow {
    /// Reports captures that nobody uses, and lookups that do not capture what is used later.
    pub fn check(&self, context: &Context, targets: &[Arc<str>]) {
        let broken = self.uses.iter().any(|section| section.used.broken);
        for owed in &self.owed {
            let used = self.uses.iter().any(|section| {
                section.used.captures.iter().any(|(target, name)| {
                    let owner = target.as_ref().or_else(|| targets.get(section.target));
                    *name == owed.name && owner == Some(&owed.target)
                })
            });
            if !used && !broken {
                context.wrong(
                    &owed.span,
                    format!("nothing uses the captured `{}`", owed.name),
                    format!("write `${{{}}}` where it is needed, or take it out", owed.name),
                );
            }
        }
        for lookup in &self.lookups {
            for name in &lookup.steps {
                if lookup.captures.contains(name) {
                    continue;
                }
                if let Some(user) = self.user_after(lookup, name, targets) {
                    context.wrong(
                        &lookup.span,
                        format!("the lookup does not capture `{name}`, which {user} uses"),
                        format!(
                            "when the entry is found the steps are not done, so capture it here as well: `capture: {{ {name}: {} }}`",
                            lookup.form
                        ),
                    );
                }
            }
        }
    }

    /// Who uses a capture of a part other than its own steps and lookup.
    fn user_after(&self, lookup: &LookupDuty, name: &Arc<str>, targets: &[Arc<str>]) -> Option<String> {
        let owner = targets.get(lookup.target)?;
        self.uses.iter().find_map(|section| {
            let own = section.target == lookup.target && section.part == Some(lookup.part);
            if own && matches!(section.section, Section::Steps | Section::Lookup) {
                return None;
            }
            let local = section.target == lookup.target && section.used.captures.contains(&(None, Arc::clone(name)));
            let foreign = section.used.captures.contains(&(Some(Arc::clone(owner)), Arc::clone(name)));
            let user = format!("`{}`", section.section.word());
            if own && local {
                Some(user)
            } else if local {
                Some(format!("{user} of a later part"))
            } else if foreign {
                Some(format!("{user} of the target `{}`", targets.get(section.target)?))
            } else {
                None
            }
        })
    }

    /// Notes captures that must be used by somebody.
    pub fn owe(&mut self, target: &Arc<str>, captures: Vec<Named>) {
        self.owed.extend(captures.into_iter().map(|capture| Owed {
            target: Arc::clone(target),
            name: capture.name,
            span: capture.span,
        }));
    }
}

/// All captures of a part that later ones may use.
pub(super) fn captures_of_part(part: &Part) -> Vec<Named> {
    // Of several elements a name would hold several values.
    if part.repeat.is_some() {
        return Vec::new();
    }
    match &part.kind {
        PartKind::Http(part) => captures_of::<Http>(part.steps.all()),
        PartKind::Browser(part) => captures_of::<Browser>(part.steps.all()),
    }
}
