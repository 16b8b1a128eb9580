//! Settles names and members: of the element of a list method, of the recipe, or of a value.

use std::sync::Arc;

use super::super::code::{Code, Member, Op};
use super::super::methods;
use super::super::operators::Sort;
use super::super::problem::{Trouble, quoted};
use super::super::scope::Kind;
use super::super::syntax::{Node, Span, Syntax, Word};
use super::{Checker, ELEMENT, Typed, listed};
use crate::diagnostic::did_you_mean;

impl Checker<'_> {
    /// A name that stands alone: an element of a list method around, one of its members, or a name of the recipe.
    pub(super) fn name(&mut self, name: &Arc<str>, span: Span) -> Typed {
        if let Some(found) = self.of_element(name, span) {
            return found;
        }
        match self.resolve(name, None, span) {
            Some(found) => found,
            None => {
                self.unknown_name(name, None, span);
                Self::nothing(span)
            }
        }
    }

    fn of_element(&self, name: &Arc<str>, span: Span) -> Option<Typed> {
        let innermost = self.elements.last()?;
        if &**name == ELEMENT {
            return Some((Code { op: Op::Element(0), span }, innermost.clone()));
        }
        self.elements.iter().rev().enumerate().find_map(|(out, kind)| {
            let Kind::Map(members) = kind else { return None };
            let slot = members.iter().position(|(member, _)| member == name)?;
            let of = Code { op: Op::Element(out), span };
            let member = Member { of, name: Arc::clone(name), slot, methods: Vec::new() };
            Some((Code { op: Op::Member(Box::new(member)), span }, members[slot].1.clone()))
        })
    }

    fn resolve(&mut self, root: &str, member: Option<&str>, span: Span) -> Option<Typed> {
        let found = self.names.resolve(root, member)?;
        let slot = self.used.iter().position(|name| *name == found.name).unwrap_or_else(|| {
            self.used.push(found.name);
            self.used.len() - 1
        });
        Some((Code { op: Op::Name(slot), span }, found.kind))
    }

    fn unknown_name(&mut self, root: &str, member: Option<&Word>, span: Span) {
        let mut known = self.names.known();
        for kind in &self.elements {
            if let Kind::Map(members) = kind {
                known.extend(members.iter().map(|(name, _)| name.to_string()));
            }
        }
        let prefix = format!("{root}.");
        let inside: Vec<&str> = known.iter().filter(|name| name.starts_with(&prefix)).map(String::as_str).collect();
        let whole = member.map_or_else(|| root.to_owned(), |member| format!("{prefix}{}", member.text));
        let (wrong, span, near) = match member {
            Some(member) if !inside.is_empty() => (whole, span.to(member.span), inside.clone()),
            _ => (root.to_owned(), span, known.iter().map(String::as_str).collect()),
        };
        let trouble = Trouble::new(format!("unknown name `{wrong}`"));
        let words = ["true", "false", "null", "not"];
        let owned = near.iter().find(|name| name.rsplit_once('.').is_some_and(|(_, last)| last == wrong));
        let help = if wrong == ELEMENT {
            Some("`it` is the element inside a list method: `lines.all(it.price > 0)`".to_owned())
        } else if member.is_none() && !inside.is_empty() {
            listed("names that begin so are", &inside)
        } else if let Some(name) = owned {
            Some(format!("did you mean `{name}`?"))
        } else if let Some(name) = did_you_mean(&wrong, near.iter().copied().chain(words)) {
            Some(format!("did you mean `{name}`?"))
        } else if member.is_none() && matches!(self.elements.last(), Some(Kind::Any)) {
            Some(format!("a member of an element of no known kind is written `it.{wrong}`"))
        } else {
            listed("known names are", &near)
        };
        self.problem(Trouble { help, ..trouble }, span);
    }

    pub(super) fn member(&mut self, of: &Node, word: &Word, span: Span) -> Typed {
        if let Syntax::Name(root) = &of.syntax
            && !of.parenthesised
            && self.of_element(root, of.span).is_none()
        {
            if let Some(found) = self.resolve(root, Some(&word.text), span) {
                return found;
            }
            return match self.resolve(root, None, of.span) {
                Some(found) => self.member_of(found, word, span),
                None => {
                    self.unknown_name(root, Some(word), of.span);
                    Self::nothing(span)
                }
            };
        }
        let found = self.node(of);
        self.member_of(found, word, span)
    }

    fn member_of(&mut self, (of, kind): Typed, word: &Word, span: Span) -> Typed {
        let written = self.written(of.span);
        let (slot, kind) = match &kind {
            Kind::Any => (0, Kind::Any),
            Kind::Map(members) => match members.iter().position(|(name, _)| *name == word.text) {
                Some(slot) => (slot, members[slot].1.clone()),
                None if methods::on(Sort::Map).any(|method| *method.name == *word.text) => {
                    return self.call((of, kind), word, None, span);
                }
                None => {
                    let names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
                    let trouble = Trouble::new(format!("{} has no member `{}`", quoted(written), word.text));
                    let help =
                        did_you_mean(&word.text, names.iter().copied()).map(|name| format!("did you mean `{name}`?"));
                    let help = help.or_else(|| listed("its members are", &names));
                    self.problem(Trouble { help, ..trouble }, word.span);
                    return Self::nothing(span);
                }
            },
            Kind::List(element) => {
                let has =
                    matches!(&**element, Kind::Map(members) if members.iter().any(|(name, _)| *name == word.text));
                if has {
                    let trouble =
                        Trouble::new(format!("{} is a list: its elements have `{}`", quoted(written), word.text));
                    let help = format!("write `{written}.map({})` or `{written}[0].{}`", word.text, word.text);
                    self.problem(trouble.help(help), word.span);
                    return Self::nothing(span);
                }
                return self.call((of, kind), word, None, span);
            }
            _ => return self.call((of, kind), word, None, span),
        };
        let methods = methods::named(&word.text).filter(|method| method.required() == 0).collect();
        let member = Member { of, name: Arc::clone(&word.text), slot, methods };
        (Code { op: Op::Member(Box::new(member)), span }, kind)
    }
}
