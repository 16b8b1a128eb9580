//! Finds the method that a call means, and whether its arguments fit.

use std::borrow::Cow;
use std::sync::Arc;

use super::super::code::{Code, MethodCall, Op};
use super::super::methods::{self, Call, METHODS, Method, Prepared, Run, Takes};
use super::super::operators::Sort;
use super::super::problem::{Problem, Trouble, quoted};
use super::super::scope::Kind;
use super::super::syntax::{Node, Span, Word};
use super::{Checker, Typed, common, is_null, listed};
use crate::diagnostic::did_you_mean;
use crate::record::Value;

impl Checker<'_> {
    /// A method call; without `arguments`, the method is written without parentheses.
    pub(super) fn call(
        &mut self,
        (on, on_kind): Typed,
        word: &Word,
        arguments: Option<&Vec<Node>>,
        span: Span,
    ) -> Typed {
        let sort = Sort::of_kind(&on_kind);
        let found: Vec<&'static Method> =
            methods::named(&word.text).filter(|method| sort.is_none() || method.on.accepts(sort)).collect();
        let nodes = arguments.map_or(&[][..], Vec::as_slice);
        let Some(first) = found.first() else {
            let trouble = unknown_method(&word.text, self.written(on.span), sort);
            self.problem(trouble, word.span);
            // The arguments are looked at all the same, unless they may speak of elements.
            if !matches!(on_kind, Kind::List(_) | Kind::Any) {
                nodes.iter().for_each(|node| drop(self.node(node)));
            }
            return Self::nothing(span);
        };
        if is_null(&on) && found.iter().all(|method| !method.on.accepts(None)) {
            self.problem(Trouble::new(format!("`null` has no `{}`", word.text)), on.span);
            return Self::nothing(span);
        }
        let element = match &on_kind {
            Kind::List(element) => (**element).clone(),
            _ => Kind::Any,
        };
        let mut typed = Vec::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            let each = first.takes.get(index).is_some_and(|argument| argument.takes.is_each());
            if each {
                self.elements.push(element.clone());
            }
            typed.push(self.node(node));
            if each {
                self.elements.pop();
            }
        }
        let mut fitting = Vec::new();
        let mut misfit = None;
        let whole = if arguments.is_some() { span } else { word.span };
        for method in found {
            match self.fit(method, (self.written(on.span), &on_kind), sort, &typed, whole) {
                Ok(prepared) => fitting.push((method, prepared)),
                Err(problem) => misfit = misfit.or(Some(problem)),
            }
        }
        if let (true, Some(problem)) = (fitting.is_empty(), misfit) {
            self.problems.push(problem);
            return Self::nothing(span);
        }
        let argument = typed.first().map(|(_, kind)| kind.clone());
        let kinds = fitting.iter().map(|(method, _)| method.kind(&on_kind, argument.as_ref()));
        let kind = kinds.reduce(common).unwrap_or(Kind::Any);
        let arguments = typed.into_iter().map(|(code, _)| code).collect();
        let call = MethodCall { on, name: Arc::clone(&word.text), methods: fitting, arguments };
        match folded(&call, self.written(call.on.span)) {
            None => (Code { op: Op::Call(Box::new(call)), span }, kind),
            Some(Ok(value)) => (Code { op: Op::Literal(value), span }, kind),
            Some(Err(trouble)) => {
                self.problem(trouble, span);
                (Self::nothing(span).0, kind)
            }
        }
    }

    /// Whether the arguments fit a method, and what can be made ready of them.
    fn fit(
        &self,
        method: &'static Method,
        (on_written, on_kind): (&str, &Kind),
        sort: Option<Sort>,
        typed: &[Typed],
        span: Span,
    ) -> Result<Prepared, Problem> {
        if typed.len() < method.required() || typed.len() > method.takes.len() {
            return Err(count_trouble(method, typed.len()).at(span));
        }
        if let (Some(takes), Kind::List(element), Run::Each(_)) =
            (method.takes.first().map(|argument| argument.takes), on_kind, method.run)
            && typed.is_empty()
            && takes != Takes::EachBool
            && let Some(sort) = Sort::of_kind(element)
        {
            let written = format!("{on_written}[…]");
            takes.rule(method.name, &written, sort).map_err(|trouble| trouble.at(span))?;
        }
        let mut prepared = Prepared::Nothing;
        for ((code, kind), argument) in typed.iter().zip(method.takes) {
            let written = self.written(code.span);
            if is_null(code) && argument.takes != Takes::Each {
                let trouble = Trouble::new(format!("`{}` takes {}, not `null`", method.name, argument.takes.words()));
                return Err(trouble.at(code.span));
            }
            if let Some(sort) = Sort::of_kind(kind) {
                argument.takes.rule(method.name, written, sort).map_err(|trouble| trouble.at(code.span))?;
            }
            if argument.takes.is_prepared() {
                let Op::Literal(Value::Text(text)) = &code.op else {
                    return Err(Trouble::new(format!("`{}` takes a text in quotes", method.name))
                        .help("it is checked before there is a record, so it cannot come from one")
                        .at(code.span));
                };
                let on = sort.or_else(|| method.on.sort()).unwrap_or(Sort::Text);
                prepared = argument.takes.prepare(text, on).map_err(|trouble| trouble.at(code.span))?;
            }
        }
        Ok(prepared)
    }
}

/// The value of a method whose value and arguments are all literals, or what is wrong with it: known now, not at night.
fn folded(call: &MethodCall, written: &str) -> Option<Result<Value, Trouble>> {
    let [(method, prepared)] = call.methods.as_slice() else { return None };
    let (Run::Plain(run), Op::Literal(on)) = (method.run, &call.on.op) else { return None };
    if matches!(on, Value::Missing) {
        return None;
    }
    let arguments: Option<Vec<Cow<'_, Value>>> = call
        .arguments
        .iter()
        .map(|argument| match &argument.op {
            Op::Literal(Value::Missing) => None,
            Op::Literal(value) => Some(Cow::Borrowed(value)),
            _ => None,
        })
        .collect();
    Some(run(&Call { on, written, arguments: &arguments?, prepared, secret: false }))
}

fn count_trouble(method: &Method, found: usize) -> Trouble {
    let (least, most) = (method.required(), method.takes.len());
    let wanted = match (least, most) {
        (_, 0) => "no argument".to_owned(),
        (1, 1) => "1 argument".to_owned(),
        (0, 1) => "at most 1 argument".to_owned(),
        (least, most) if least == most => format!("{least} arguments"),
        (least, most) => format!("{least} to {most} arguments"),
    };
    Trouble::new(format!("`{}` takes {wanted}, found {found}", method.name))
        .help(format!("it is written `{}`", method.signature()))
}

/// A method that there is not; what was meant, or which there are.
pub(in super::super) fn unknown_method(name: &str, written: &str, sort: Option<Sort>) -> Trouble {
    let words = sort.map(|sort| format!("{} is {} and has no method `{name}`", quoted(written), sort.words()));
    let trouble = Trouble::new(words.unwrap_or_else(|| format!("unknown method `{name}`")));
    let known: Vec<&str> = match sort {
        Some(sort) => methods::on(sort).map(|method| method.name).collect(),
        None => METHODS.iter().map(|method| method.name).collect(),
    };
    let elsewhere = || {
        let on: Vec<String> = methods::named(name).map(|method| format!("`{}`", method.signature())).collect();
        Some(format!("there is {}", on.join(", "))).filter(|_| !on.is_empty())
    };
    let help = match (name, sort) {
        ("contains", Some(Sort::List)) => Some(format!("write `… in {written}`")),
        _ => did_you_mean(name, known.iter().copied())
            .map(|name| format!("did you mean `{name}`?"))
            .or_else(elsewhere)
            .or_else(|| sort.and_then(|_| listed("its methods are", &known))),
    };
    Trouble { help, ..trouble }
}
