//! What the names in an expression may stand for, at each place of a recipe: fields, what earlier steps captured, the
//! environment and secrets. A name that a place knows but must not use (a secret where it would be stored) is resolved
//! all the same, so that the message can say why instead of "unknown".

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::model::MailPart;
use crate::expression::{Kind, Name, Names, Resolved};

/// Names with a meaning of their own, which fields, captures, targets and variables cannot have.
pub(crate) const RESERVED: [&str; 13] = [
    "lines",
    "occurrence",
    "today",
    "env",
    "secrets",
    "totp",
    "idempotency_key",
    "and",
    "or",
    "not",
    "true",
    "false",
    "null",
];

/// The fields of a recipe, as expressions see them.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    /// Name and kind of each, by its position.
    pub list: Vec<(Arc<str>, Kind)>,
    /// The positions of those that belong to the lines of a record.
    pub in_lines: BTreeSet<usize>,
    /// Whether records have lines.
    pub lines: bool,
    /// Whether rows come with a mail, so that there is `mail.from` and the like. Those that the recipe mentions are in the
    /// list, behind its own fields.
    pub mail: bool,
}

impl Fields {
    /// The position of a field.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.list.iter().position(|(field, _)| &**field == name)
    }

    fn lines_kind(&self) -> Kind {
        let members = self.in_lines.iter().filter_map(|position| self.list.get(*position).cloned());
        Kind::List(Box::new(Kind::Map(members.collect())))
    }
}

/// Which fields an expression may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum View {
    /// None: there is no record yet.
    Nothing,
    /// Those of the record itself, and `lines`.
    Record,
    /// Those of one line and of its record.
    Line,
    /// All; what uses fields of the lines is asked for each line.
    Either,
}

/// Something that an earlier step captured.
#[derive(Clone, Debug)]
pub(crate) struct Captured {
    /// The earlier target, if it is not the one at hand.
    pub target: Option<Arc<str>>,
    /// The name it was captured under.
    pub name: Arc<str>,
    /// Whether a login captured it.
    pub secret: bool,
}

/// What the expressions of a piece of a recipe were found to use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Used {
    /// Fields, by their positions.
    pub fields: BTreeSet<usize>,
    /// Whether `lines` is used.
    pub lines: bool,
    /// Captures, with the earlier target where one was named.
    pub captures: BTreeSet<(Option<Arc<str>>, Arc<str>)>,
    /// Whether an expression could not be read, so that more may be used than is known.
    pub broken: bool,
}

impl Used {
    /// Notes the names of an expression.
    pub fn note(&mut self, names: &[Name]) {
        for name in names {
            match name {
                Name::Field(position) => {
                    self.fields.insert(*position);
                }
                Name::Lines => self.lines = true,
                Name::Capture { target, name, .. } => {
                    self.captures.insert((target.clone(), Arc::clone(name)));
                }
                _ => {}
            }
        }
    }

    /// Notes what another piece uses.
    pub fn add(&mut self, other: &Used) {
        self.fields.extend(&other.fields);
        self.lines |= other.lines;
        self.captures.extend(other.captures.iter().cloned());
        self.broken |= other.broken;
    }
}

/// One place of a recipe: what its expressions may use, and what they were found to use.
#[derive(Clone, Debug)]
pub(crate) struct Place<'r> {
    /// The recipe's fields.
    pub fields: &'r Fields,
    /// Which of them are in reach.
    pub view: View,
    /// Whether secrets may be used; where not, the reason.
    pub secrets: Result<(), &'static str>,
    /// Whether one-time codes may be used: `totp.NAME`.
    pub codes: bool,
    /// Whether there is a whole record: `occurrence`.
    pub record: bool,
    /// Whether there is an entry: `idempotency_key`.
    pub entry: bool,
    /// What earlier steps captured.
    pub captures: Vec<Captured>,
    /// Variables of `$each`, the innermost last.
    pub locals: Vec<(Arc<str>, Kind)>,
    /// What was found to be used.
    pub used: &'r RefCell<Used>,
}

impl<'r> Place<'r> {
    /// A place without a record: settings and logins.
    pub fn settings(fields: &'r Fields, used: &'r RefCell<Used>) -> Self {
        Self {
            fields,
            view: View::Nothing,
            secrets: Ok(()),
            codes: false,
            record: false,
            entry: false,
            captures: Vec::new(),
            locals: Vec::new(),
            used,
        }
    }

    /// A place that judges records: what it uses is shown and stored, so it takes no secrets.
    pub fn judging(fields: &'r Fields, view: View, used: &'r RefCell<Used>) -> Self {
        let secrets = Err("its value would be shown and stored");
        Self { view, secrets, record: view != View::Nothing, ..Self::settings(fields, used) }
    }

    /// The same place with one variable more.
    pub fn with_local(&self, name: Arc<str>, kind: Kind) -> Self {
        let mut inner = self.clone();
        inner.locals.push((name, kind));
        inner
    }

    /// The same place with more captures.
    pub fn with_captures(&self, more: impl IntoIterator<Item = Captured>) -> Self {
        let mut later = self.clone();
        later.captures.extend(more);
        later
    }

    /// Why a name that is known must not be used here, and what to do.
    pub fn forbids(&self, name: &Name) -> Option<(String, String)> {
        match name {
            Name::Secret(secret) => {
                let why = self.secrets.err()?;
                Some((
                    format!("the secret `secrets.{secret}` cannot be used here: {why}"),
                    "secrets belong into `auth:`, `headers:` and the values that steps send or fill in".to_owned(),
                ))
            }
            Name::Totp(secret) if !self.codes || self.secrets.is_err() => Some((
                format!("the one-time code `totp.{secret}` cannot be used here"),
                "a code holds for seconds; it belongs into a `fill:` or `type:` of a browser's login".to_owned(),
            )),
            Name::Field(position) if self.view == View::Nothing => {
                let field = &self.fields.list.get(*position)?.0;
                Some((
                    format!("the field `{field}` cannot be used here, where there is no record yet"),
                    "settings and logins are the same for all records; use `env.` or `secrets.`".to_owned(),
                ))
            }
            Name::Field(position) if self.view == View::Record && self.fields.in_lines.contains(position) => {
                let field = &self.fields.list.get(*position)?.0;
                Some((
                    format!("`{field}` is a field of the lines, and a record has several"),
                    format!(
                        "use the list, as in `lines.sum({field})`, or repeat what is sent: `{{ $each: lines, as: line, item: … }}`, or whole steps: `for_each: lines`"
                    ),
                ))
            }
            _ => None,
        }
    }
}

impl Names for Place<'_> {
    fn resolve(&self, root: &str, member: Option<&str>) -> Option<Resolved> {
        let found = |name: Name, kind: Kind| Some(Resolved { name, kind });
        let local = self.locals.iter().rev().find(|(name, _)| &**name == root);
        if let Some(member) = member {
            if local.is_some() {
                return None;
            }
            return match root {
                "env" => found(Name::Env(member.into()), Kind::Text),
                "secrets" => found(Name::Secret(member.into()), Kind::Text),
                "totp" => found(Name::Totp(member.into()), Kind::Text),
                "mail" if self.fields.mail => {
                    let position = self.fields.position(&format!("mail.{member}"))?;
                    found(Name::Field(position), self.fields.list[position].1.clone())
                }
                _ => {
                    let matches =
                        |captured: &&Captured| captured.target.as_deref() == Some(root) && &*captured.name == member;
                    let captured = self.captures.iter().rev().find(matches)?;
                    found(capture(captured), Kind::Any)
                }
            };
        }
        if let Some((name, kind)) = local {
            return found(Name::Local(Arc::clone(name)), kind.clone());
        }
        match root {
            "today" => return found(Name::Today, Kind::Date),
            "occurrence" if self.record => return found(Name::Occurrence, Kind::Number),
            "idempotency_key" if self.entry => return found(Name::IdempotencyKey, Kind::Text),
            "lines" if self.fields.lines && matches!(self.view, View::Record | View::Either) => {
                return found(Name::Lines, self.fields.lines_kind());
            }
            _ => {}
        }
        let own = |captured: &&Captured| captured.target.is_none() && &*captured.name == root;
        if let Some(captured) = self.captures.iter().rev().find(own) {
            return found(capture(captured), Kind::Any);
        }
        // Without a record fields are forbidden, not unknown.
        let position = self.fields.position(root)?;
        found(Name::Field(position), self.fields.list[position].1.clone())
    }

    fn known(&self) -> Vec<String> {
        let mut known: Vec<String> = self.locals.iter().map(|(name, _)| name.to_string()).collect();
        if self.view != View::Nothing {
            let reach = |position: &usize| self.view != View::Record || !self.fields.in_lines.contains(position);
            let fields = self.fields.list.iter().enumerate().filter(|(position, _)| reach(position));
            known.extend(fields.map(|(_, (name, _))| name.to_string()));
        }
        known.extend(self.captures.iter().map(|captured| match &captured.target {
            Some(target) => format!("{target}.{}", captured.name),
            None => captured.name.to_string(),
        }));
        if self.fields.mail && self.view != View::Nothing {
            known.extend(MailPart::ALL.map(|part| part.word().to_owned()));
            known.sort_unstable();
            known.dedup();
        }
        let built_in = ["today", "lines", "occurrence", "idempotency_key"];
        known.extend(built_in.into_iter().filter(|name| self.resolve(name, None).is_some()).map(str::to_owned));
        known
    }
}

fn capture(captured: &Captured) -> Name {
    Name::Capture { target: captured.target.clone(), name: Arc::clone(&captured.name), secret: captured.secret }
}
