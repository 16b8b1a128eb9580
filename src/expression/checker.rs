//! Settles names, finds methods and reports all that can be known to be wrong before there is a record.

use std::borrow::Cow;
use std::sync::Arc;

use super::code::{Code, Member, MethodCall, Op};
use super::methods::{self, Call, Method, Prepared, Run, Takes};
use super::operators::{Arithmetic, Comparison, Sort, arithmetic_rule, comparison_rule};
use super::problem::{Problem, Trouble, quoted};
use super::scope::{Kind, Name, Names};
use super::syntax::{Node, Span, Syntax, Word};
use crate::diagnostic::did_you_mean;
use crate::record::Value;

/// As many names as a help line lists.
const SHORT_LIST: usize = 12;
/// What an element of a list is called inside a list method.
const ELEMENT: &str = "it";

/// The tree to evaluate, the kind of its value, the names it uses, and all that is wrong.
pub(super) struct Checked {
    pub(super) code: Code,
    pub(super) kind: Kind,
    pub(super) names: Vec<Name>,
    pub(super) problems: Vec<Problem>,
}

/// Checks a whole tree.
pub(super) fn check(source: &str, node: &Node, names: &dyn Names) -> Checked {
    let mut checker = Checker { source, names, used: Vec::new(), elements: Vec::new(), problems: Vec::new() };
    let (code, kind) = checker.node(node);
    Checked { code, kind, names: checker.used, problems: checker.problems }
}

struct Checker<'a> {
    source: &'a str,
    names: &'a dyn Names,
    used: Vec<Name>,
    /// The kinds of the elements of the list methods around, the innermost last.
    elements: Vec<Kind>,
    problems: Vec<Problem>,
}

type Typed = (Code, Kind);

impl<'a> Checker<'a> {
    fn written(&self, span: Span) -> &'a str {
        span.of(self.source)
    }

    fn problem(&mut self, trouble: Trouble, span: Span) {
        self.problems.push(trouble.at(span));
    }

    /// What stands for a part that is wrong: of no known kind, so that one mistake makes one message.
    fn nothing(span: Span) -> Typed {
        (Code { op: Op::Literal(Value::Missing), span }, Kind::Any)
    }

    fn node(&mut self, node: &Node) -> Typed {
        let span = node.span;
        let (op, kind) = match &node.syntax {
            Syntax::Literal(value) => {
                let kind = Sort::of(value).map_or(Kind::Any, Sort::kind);
                (Op::Literal(value.clone()), kind)
            }
            Syntax::Name(name) => return self.name(name, span),
            Syntax::List(items) => self.list(items),
            Syntax::Not(inner) => (Op::Not(Box::new(self.condition(inner, "`not`"))), Kind::Bool),
            Syntax::Negate(inner) => self.negate(inner),
            Syntax::And(sides) => (Op::And(Box::new(self.conditions(sides, "`and`"))), Kind::Bool),
            Syntax::Or(sides) => (Op::Or(Box::new(self.conditions(sides, "`or`"))), Kind::Bool),
            Syntax::Compare(comparison, sides) => (self.compare(*comparison, sides, span), Kind::Bool),
            Syntax::In(negated, sides) => (self.contained(*negated, sides, span), Kind::Bool),
            Syntax::Arithmetic(arithmetic, sides) => self.arithmetic(*arithmetic, sides, span),
            Syntax::Default(sides) => self.default(sides, span),
            Syntax::Choose(parts) => self.choose(parts),
            Syntax::Index(sides) => self.index(sides),
            Syntax::Member(of, word) => return self.member(of, word, span),
            Syntax::Call(on, word, arguments) => {
                let on = self.node(on);
                return self.call(on, word, Some(arguments), span);
            }
        };
        (Code { op, span }, kind)
    }

    fn both(&mut self, sides: &[Node; 2]) -> [Typed; 2] {
        let left = self.node(&sides[0]);
        [left, self.node(&sides[1])]
    }

    fn list(&mut self, items: &[Node]) -> (Op, Kind) {
        let (codes, kinds): (Vec<Code>, Vec<Kind>) = items.iter().map(|item| self.node(item)).unzip();
        let element = kinds.into_iter().reduce(common).unwrap_or(Kind::Any);
        (Op::List(codes), Kind::List(Box::new(element)))
    }

    fn condition(&mut self, node: &Node, of: &str) -> Code {
        let (code, kind) = self.node(node);
        if let Some(sort) = Sort::of_kind(&kind).filter(|sort| *sort != Sort::Bool) {
            self.problem(condition_trouble(of, self.written(code.span), sort.words()), code.span);
        } else if is_null(&code) {
            self.problem(condition_trouble(of, self.written(code.span), "null"), code.span);
        }
        code
    }

    fn conditions(&mut self, sides: &[Node; 2], of: &str) -> [Code; 2] {
        let left = self.condition(&sides[0], of);
        [left, self.condition(&sides[1], of)]
    }

    fn negate(&mut self, inner: &Node) -> (Op, Kind) {
        let (code, kind) = self.node(inner);
        match Sort::of_kind(&kind) {
            None | Some(Sort::Number | Sort::Money) => {}
            Some(sort) => {
                let written = quoted(self.written(code.span));
                self.problem(Trouble::new(format!("{written} is {}, which has no negative", sort.words())), code.span);
            }
        }
        self.null_operand(&code, "negated");
        // A negative literal is a literal, so that it can be checked as one.
        match (&code.op, kind) {
            (Op::Literal(Value::Number(number)), kind) if !number.is_zero() => {
                (Op::Literal(Value::Number(-number)), kind)
            }
            (_, kind) => (Op::Negate(Box::new(code)), kind),
        }
    }

    /// A literal `null` where a value is needed.
    fn null_operand(&mut self, code: &Code, verb: &str) -> bool {
        let null = is_null(code);
        if null {
            self.problem(Trouble::new(format!("`null` cannot be {verb}")), code.span);
        }
        null
    }

    fn compare(&mut self, comparison: Comparison, sides: &[Node; 2], span: Span) -> Op {
        let [(left, left_kind), (right, right_kind)] = self.both(sides);
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if equality && (is_null(&left) || is_null(&right)) {
            let asked = if is_null(&left) { right } else { left };
            return Op::Given(comparison == Comparison::NotEqual, Box::new(asked));
        }
        for side in [&left, &right] {
            if is_null(side) {
                let trouble = Trouble::new(format!("`null` cannot be compared by `{}`", comparison.symbol()));
                self.problem(trouble.help("ask whether there is a value with `== null` or `!= null`"), side.span);
            }
        }
        let sides = ((self.written(left.span), &left_kind), (self.written(right.span), &right_kind));
        if let Some(trouble) = kinds_trouble(comparison, sides.0, sides.1) {
            self.problem(trouble, span);
        }
        Op::Compare(comparison, Box::new([left, right]))
    }

    fn contained(&mut self, negated: bool, sides: &[Node; 2], span: Span) -> Op {
        let (left, left_kind) = self.node(&sides[0]);
        self.null_operand(&left, "looked for; ask with `== null`");
        let wanted = (self.written(left.span), &left_kind);
        let right = match &sides[1].syntax {
            Syntax::List(items) => self.alternatives(wanted, items, sides[1].span),
            _ => self.searched(wanted, &sides[1], span),
        };
        Op::In(negated, Box::new([left, right]))
    }

    /// `in [a, b]`: each of them is compared, so that one message stands at each that does not fit.
    fn alternatives(&mut self, wanted: (&str, &Kind), items: &[Node], span: Span) -> Code {
        if items.is_empty() {
            self.problem(Trouble::new("nothing is in an empty list"), span);
        }
        let mut codes = Vec::with_capacity(items.len());
        for item in items {
            let (code, kind) = self.node(item);
            self.null_operand(&code, "searched for; ask with `== null`");
            let trouble = kinds_trouble(Comparison::Equal, wanted, (self.written(code.span), &kind));
            if let Some(trouble) = trouble {
                self.problem(trouble, code.span);
            }
            codes.push(code);
        }
        Code { op: Op::List(codes), span }
    }

    /// `in list`.
    fn searched(&mut self, wanted: (&str, &Kind), list: &Node, span: Span) -> Code {
        let (code, kind) = self.node(list);
        let written = self.written(code.span);
        match &kind {
            Kind::List(element) => {
                let element_written = format!("{written}[…]");
                if let Some(trouble) = kinds_trouble(Comparison::Equal, wanted, (&element_written, element)) {
                    self.problem(trouble, span);
                }
            }
            kind => match Sort::of_kind(kind) {
                Some(sort) => self.problem(contained_trouble(wanted.0, written, sort), code.span),
                None => {
                    self.null_operand(&code, "searched");
                }
            },
        }
        code
    }

    fn arithmetic(&mut self, arithmetic: Arithmetic, sides: &[Node; 2], span: Span) -> (Op, Kind) {
        let [(left, left_kind), (right, right_kind)] = self.both(sides);
        let verb = "computed with";
        let null = self.null_operand(&left, verb) | self.null_operand(&right, verb);
        let sorts = Sort::of_kind(&left_kind).zip(Sort::of_kind(&right_kind)).filter(|_| !null);
        let kind = match sorts {
            None => Kind::Any,
            Some((left_sort, right_sort)) => {
                let left = (self.written(left.span), left_sort);
                let right = (self.written(right.span), right_sort);
                match arithmetic_rule(arithmetic, left, right) {
                    Ok(sort) => sort.kind(),
                    Err(trouble) => {
                        self.problem(trouble, span);
                        Kind::Any
                    }
                }
            }
        };
        (Op::Arithmetic(arithmetic, Box::new([left, right])), kind)
    }

    fn default(&mut self, sides: &[Node; 2], span: Span) -> (Op, Kind) {
        let [(left, left_kind), (right, right_kind)] = self.both(sides);
        if left.op.always_has_a_value() {
            let written = quoted(self.written(left.span));
            let trouble = Trouble::new(format!("{written} always has a value (or is an error), so `??` has no effect"));
            self.problem(trouble.help("give the default to the value that may be missing"), span);
        }
        let kind = if is_null(&left) { right_kind } else { choice(left_kind, (&right, right_kind)) };
        (Op::Default(Box::new([left, right])), kind)
    }

    fn choose(&mut self, parts: &[Node; 3]) -> (Op, Kind) {
        let condition = self.condition(&parts[0], "`?:`");
        let (yes, yes_kind) = self.node(&parts[1]);
        let (no, no_kind) = self.node(&parts[2]);
        let kind = if is_null(&yes) { no_kind } else { choice(yes_kind, (&no, no_kind)) };
        (Op::Choose(Box::new([condition, yes, no])), kind)
    }

    fn index(&mut self, sides: &[Node; 2]) -> (Op, Kind) {
        let [(list, list_kind), (index, index_kind)] = self.both(sides);
        if let Some(sort) = Sort::of_kind(&index_kind).filter(|sort| *sort != Sort::Number) {
            let trouble = Trouble::new(format!("an element is counted by a number, not by {}", sort.words()));
            self.problem(trouble.help("the first element is `[0]`"), index.span);
        }
        if let Op::Literal(Value::Number(number)) = &index.op
            && (number.is_sign_negative() || !number.is_integer())
        {
            self.problem(index_trouble(&number.to_string()), index.span);
        }
        let kind = match &list_kind {
            Kind::List(element) => (**element).clone(),
            Kind::Any => Kind::Any,
            other => {
                let words = Sort::of_kind(other).map_or("nothing", Sort::words);
                let trouble =
                    Trouble::new(format!("{} is {words} and has no elements", quoted(self.written(list.span))));
                self.problem(trouble, list.span);
                Kind::Any
            }
        };
        (Op::Index(Box::new([list, index])), kind)
    }

    /// A name that stands alone: an element of a list method around, one of its members, or a name of the recipe.
    fn name(&mut self, name: &Arc<str>, span: Span) -> Typed {
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
        let help = if wrong == ELEMENT {
            Some("`it` is the element inside a list method: `lines.all(it.price > 0)`".to_owned())
        } else if member.is_none() && !inside.is_empty() {
            listed("names that begin so are", &inside)
        } else if let Some(name) = did_you_mean(&wrong, near.iter().copied().chain(words)) {
            Some(format!("did you mean `{name}`?"))
        } else {
            listed("known names are", &near)
        };
        self.problem(Trouble { help, ..trouble }, span);
    }

    fn member(&mut self, of: &Node, word: &Word, span: Span) -> Typed {
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

    /// A method call; without `arguments`, the method is written without parentheses.
    fn call(&mut self, (on, on_kind): Typed, word: &Word, arguments: Option<&Vec<Node>>, span: Span) -> Typed {
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

fn is_null(code: &Code) -> bool {
    matches!(code.op, Op::Literal(Value::Null))
}

/// The kind of two values that may stand for one another.
fn common(one: Kind, other: Kind) -> Kind {
    if one == other { one } else { Kind::Any }
}

fn choice(one: Kind, (other, other_kind): (&Code, Kind)) -> Kind {
    if is_null(other) { one } else { common(one, other_kind) }
}

fn kinds_trouble(comparison: Comparison, left: (&str, &Kind), right: (&str, &Kind)) -> Option<Trouble> {
    let (left_sort, right_sort) = (Sort::of_kind(left.1)?, Sort::of_kind(right.1)?);
    comparison_rule(comparison, (left.0, left_sort), (right.0, right_sort)).or_else(|| match (left.1, right.1) {
        (Kind::List(left_element), Kind::List(right_element)) => {
            let names = (format!("{}[…]", left.0), format!("{}[…]", right.0));
            kinds_trouble(comparison, (&names.0, left_element), (&names.1, right_element))
        }
        _ => None,
    })
}

/// `x in y` where `y` is no list.
pub(super) fn contained_trouble(left: &str, right: &str, sort: Sort) -> Trouble {
    let trouble = Trouble::new(format!("`in` looks into a list, but {} is {}", quoted(right), sort.words()));
    match sort {
        Sort::Text => trouble.help(format!("write `{right}.contains({left})`")),
        _ => trouble.help("write a list as `[a, b]`"),
    }
}

/// Where true or false is needed and something else stands.
pub(super) fn condition_trouble(of: &str, written: &str, found: &str) -> Trouble {
    let trouble = Trouble::new(match written {
        "null" => format!("{of} needs true or false, not `null`"),
        _ => format!("{of} needs true or false, but {} is {found}", quoted(written)),
    });
    match found {
        "missing" | "null" => trouble.help("give it a default with `?? false`, or ask with `== null` first"),
        _ => trouble.help("compare it with something, or ask `!= null` whether there is a value"),
    }
}

/// Elements are counted from 0, and not from the end.
pub(super) fn index_trouble(found: &str) -> Trouble {
    Trouble::new(format!("elements are counted by whole numbers from 0 on, not by `{found}`"))
        .help("the last element is `.last`")
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
pub(super) fn unknown_method(name: &str, written: &str, sort: Option<Sort>) -> Trouble {
    let words = sort.map(|sort| format!("{} is {} and has no method `{name}`", quoted(written), sort.words()));
    let trouble = Trouble::new(words.unwrap_or_else(|| format!("unknown method `{name}`")));
    let known: Vec<&str> = match sort {
        Some(sort) => methods::on(sort).map(|method| method.name).collect(),
        None => methods::METHODS.iter().map(|method| method.name).collect(),
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

fn listed(what: &str, names: &[&str]) -> Option<String> {
    let short = !names.is_empty() && names.len() <= SHORT_LIST;
    short.then(|| format!("{what} {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")))
}
