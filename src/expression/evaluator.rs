//! Evaluates a checked tree for one record. Values are borrowed wherever they stand already; each kind of node has a
//! function of its own, which keeps the stack small.

use std::borrow::Cow;
use std::cmp::Ordering;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use super::checker::{condition_trouble, contained_trouble, index_trouble, unknown_method};
use super::code::{Code, Member, MethodCall, Op};
use super::methods::{self, Call, EachMethod, Method, Prepared, Run, Takes};
use super::operators::{
    Arithmetic, Comparison, Operand, Side, Sort, arithmetic, arithmetic_trouble, compare, comparison_trouble, decimal,
    no_value, order, plain_zero,
};
use super::problem::{Problem, Trouble, quoted};
use super::scope::{Name, Scope};
use super::syntax::Span;
use crate::record::{Money, Value};

/// All that an evaluation looks at.
#[derive(Clone, Copy)]
pub(super) struct Evaluator<'a> {
    pub(super) source: &'a str,
    pub(super) names: &'a [Name],
    pub(super) scope: &'a dyn Scope,
    /// Whether secrets are used, so that messages must show no values.
    pub(super) secret: bool,
}

/// The element that a list method is at, and those of the list methods around it.
#[derive(Clone, Copy)]
pub(super) struct Frame<'a> {
    element: &'a Value,
    outer: Option<&'a Frame<'a>>,
}

type Found<'a> = Result<Cow<'a, Value>, Problem>;

impl<'a> Evaluator<'a> {
    /// The value of a node; `frame` is the element at hand inside of a list method.
    pub(super) fn value(self, code: &'a Code, frame: Option<&'a Frame<'a>>) -> Found<'a> {
        match &code.op {
            Op::Literal(value) => Ok(Cow::Borrowed(value)),
            Op::Name(slot) => self.name(*slot, code.span),
            Op::Element(out) => Ok(Self::element(*out, frame)),
            Op::List(items) => self.list(items, frame),
            Op::Not(inner) => Ok(bool(!self.holds(inner, frame, "`not`")?)),
            Op::Negate(inner) => self.negate(inner, frame),
            Op::And(sides) => {
                Ok(bool(self.holds(&sides[0], frame, "`and`")? && self.holds(&sides[1], frame, "`and`")?))
            }
            Op::Or(sides) => Ok(bool(self.holds(&sides[0], frame, "`or`")? || self.holds(&sides[1], frame, "`or`")?)),
            Op::Compare(comparison, sides) => self.compare(*comparison, sides, code.span, frame),
            Op::Given(given, inner) => Ok(bool(Sort::of(&*self.value(inner, frame)?).is_some() == *given)),
            Op::In(negated, sides) => self.contained(*negated, sides, frame),
            Op::Arithmetic(arithmetic, sides) => self.arithmetic(*arithmetic, sides, code.span, frame),
            Op::Default(sides) => self.default(sides, frame),
            Op::Choose(parts) => {
                let chosen = if self.holds(&parts[0], frame, "`?:`")? { &parts[1] } else { &parts[2] };
                self.value(chosen, frame)
            }
            Op::Index(sides) => self.index(sides, frame),
            Op::Member(member) => self.member(member, code.span, frame),
            Op::Call(call) => self.call(call, code.span, frame),
        }
    }

    /// The truth of a node that is a condition of something.
    pub(super) fn holds(self, code: &'a Code, frame: Option<&'a Frame<'a>>, of: &str) -> Result<bool, Problem> {
        match &*self.value(code, frame)? {
            Value::Bool(value) => Ok(*value),
            other => Err(self.not_a_condition(code, other, of)),
        }
    }

    #[cold]
    fn not_a_condition(self, code: &Code, found: &Value, of: &str) -> Problem {
        let words = Sort::of(found).map_or(found.kind(), Sort::words);
        condition_trouble(of, self.written(code.span), words).at(code.span)
    }

    fn written(self, span: Span) -> &'a str {
        span.of(self.source)
    }

    fn name(self, slot: usize, span: Span) -> Found<'a> {
        let Some(name) = self.names.get(slot) else { return Ok(Cow::Owned(Value::Missing)) };
        self.scope.value(name).map_err(|message| Trouble::new(message).at(span))
    }

    fn element(out: usize, frame: Option<&'a Frame<'a>>) -> Cow<'a, Value> {
        let mut frame = frame;
        for _ in 0..out {
            frame = frame.and_then(|frame| frame.outer);
        }
        frame.map_or(Cow::Owned(Value::Missing), |frame| Cow::Borrowed(frame.element))
    }

    fn list(self, items: &'a [Code], frame: Option<&'a Frame<'a>>) -> Found<'a> {
        let values: Result<_, Problem> =
            items.iter().map(|item| self.value(item, frame).map(Cow::into_owned)).collect();
        Ok(Cow::Owned(Value::List(values?)))
    }

    fn negate(self, inner: &'a Code, frame: Option<&'a Frame<'a>>) -> Found<'a> {
        match &*self.value(inner, frame)? {
            Value::Number(number) => Ok(Cow::Owned(Value::Number(plain_zero(-*number)))),
            Value::Money(Money { amount, currency }) => {
                Ok(Cow::Owned(Value::Money(Money { amount: plain_zero(-*amount), currency: currency.clone() })))
            }
            other => {
                let written = self.written(inner.span);
                let trouble = match Sort::of(other) {
                    None => no_value(Operand { written, value: other }, "negated"),
                    Some(sort) => {
                        Trouble::new(format!("{} is {}, which has no negative", quoted(written), sort.words()))
                    }
                };
                Err(trouble.at(inner.span))
            }
        }
    }

    fn compare(
        self,
        comparison: Comparison,
        sides: &'a [Code; 2],
        span: Span,
        frame: Option<&'a Frame<'a>>,
    ) -> Found<'a> {
        // Most comparisons are of numbers, and need no value in between.
        if let (Some(left), Some(right)) = (self.number(&sides[0]), self.number(&sides[1])) {
            return Ok(bool(comparison.accepts(left.cmp(&right))));
        }
        let (left, right) = (self.value(&sides[0], frame)?, self.value(&sides[1], frame)?);
        match compare(comparison, &left, &right) {
            Some(result) => Ok(bool(result)),
            None => Err(self.blamed(sides, (&left, &right), span, |l, r| comparison_trouble(comparison, l, r))),
        }
    }

    /// The number that a node of fields and literals gives, found the short way. None says nothing: the node is then to
    /// be evaluated.
    fn number(self, code: &Code) -> Option<Decimal> {
        match &code.op {
            Op::Name(slot) => self.scope.number(self.names.get(*slot)?),
            Op::Literal(Value::Number(number)) => Some(*number),
            Op::Arithmetic(operator, sides) => decimal(*operator, self.number(&sides[0])?, self.number(&sides[1])?),
            _ => None,
        }
    }

    fn arithmetic(
        self,
        operator: Arithmetic,
        sides: &'a [Code; 2],
        span: Span,
        frame: Option<&'a Frame<'a>>,
    ) -> Found<'a> {
        let (left, right) = (self.value(&sides[0], frame)?, self.value(&sides[1], frame)?);
        match arithmetic(operator, &left, &right) {
            Some(result) => Ok(Cow::Owned(result)),
            None => Err(self.blamed(sides, (&left, &right), span, |l, r| arithmetic_trouble(operator, l, r))),
        }
    }

    #[cold]
    fn blamed(
        self,
        sides: &[Code; 2],
        values: (&Value, &Value),
        span: Span,
        why: impl Fn(Operand<'_>, Operand<'_>) -> (Side, Trouble),
    ) -> Problem {
        let left = Operand { written: self.written(sides[0].span), value: values.0 };
        let right = Operand { written: self.written(sides[1].span), value: values.1 };
        let (side, trouble) = why(left, right);
        trouble.at(match side {
            Side::Left => sides[0].span,
            Side::Right => sides[1].span,
            Side::Both => span,
        })
    }

    /// Each element is compared, so that one that cannot be is found wherever it stands.
    fn contained(self, negated: bool, sides: &'a [Code; 2], frame: Option<&'a Frame<'a>>) -> Found<'a> {
        let (wanted, list) = (self.value(&sides[0], frame)?, self.value(&sides[1], frame)?);
        let (wanted_written, list_written) = (self.written(sides[0].span), self.written(sides[1].span));
        if Sort::of(&wanted).is_none() {
            let operand = Operand { written: wanted_written, value: &wanted };
            return Err(no_value(operand, "looked for").at(sides[0].span));
        }
        let items = match &*list {
            Value::List(items) => items,
            other => {
                let trouble = match Sort::of(other) {
                    None => no_value(Operand { written: list_written, value: other }, "searched"),
                    Some(sort) => contained_trouble(wanted_written, list_written, sort),
                };
                return Err(trouble.at(sides[1].span));
            }
        };
        let mut found = false;
        for (index, item) in items.iter().enumerate() {
            match compare(Comparison::Equal, &wanted, item) {
                Some(equal) => found |= equal,
                None => {
                    let element = format!("{list_written}[{index}]");
                    let left = Operand { written: wanted_written, value: &wanted };
                    let right = Operand { written: &element, value: item };
                    return Err(comparison_trouble(Comparison::Equal, left, right).1.at(sides[1].span));
                }
            }
        }
        Ok(bool(found != negated))
    }

    fn default(self, sides: &'a [Code; 2], frame: Option<&'a Frame<'a>>) -> Found<'a> {
        let left = self.value(&sides[0], frame)?;
        if Sort::of(&left).is_some() { Ok(left) } else { self.value(&sides[1], frame) }
    }

    fn index(self, sides: &'a [Code; 2], frame: Option<&'a Frame<'a>>) -> Found<'a> {
        let (list, index) = (self.value(&sides[0], frame)?, self.value(&sides[1], frame)?);
        let at = match &*index {
            Value::Number(number) if number.is_integer() && !number.is_sign_negative() => {
                number.to_usize().unwrap_or(usize::MAX)
            }
            other => return Err(self.not_an_index(&sides[1], other)),
        };
        let written = self.written(sides[0].span);
        match list {
            Cow::Borrowed(Value::List(items)) => Ok(items.get(at).map_or(MISSING, Cow::Borrowed)),
            Cow::Owned(Value::List(items)) => Ok(items.get(at).cloned().map_or(MISSING, Cow::Owned)),
            other => Err(match Sort::of(&other) {
                None => no_value(Operand { written, value: &other }, "indexed"),
                Some(sort) => Trouble::new(format!("{} is {} and has no elements", quoted(written), sort.words())),
            }
            .at(sides[0].span)),
        }
    }

    #[cold]
    fn not_an_index(self, code: &Code, found: &Value) -> Problem {
        match found {
            Value::Number(_) if self.secret => index_trouble("…"),
            Value::Number(number) => index_trouble(&number.to_string()),
            other => match Sort::of(other) {
                None => no_value(Operand { written: self.written(code.span), value: other }, "used as an index"),
                Some(sort) => Trouble::new(format!("an element is counted by a number, not by {}", sort.words()))
                    .help("the first element is `[0]`"),
            },
        }
        .at(code.span)
    }

    fn member(self, member: &'a Member, span: Span, frame: Option<&'a Frame<'a>>) -> Found<'a> {
        let of = self.value(&member.of, frame)?;
        match of {
            Cow::Borrowed(Value::Map(members)) => {
                Ok(slot(members, member).map_or(MISSING, |(_, value)| Cow::Borrowed(value)))
            }
            Cow::Owned(Value::Map(members)) => {
                Ok(slot(&members, member).map_or(MISSING, |(_, value)| Cow::Owned(value.clone())))
            }
            other => self.method_without_parentheses(member, &other, span, frame),
        }
    }

    /// `x.year` where it was not known before that `x` is a date.
    fn method_without_parentheses(
        self,
        member: &'a Member,
        of: &Value,
        span: Span,
        frame: Option<&'a Frame<'a>>,
    ) -> Found<'a> {
        let sort = Sort::of(of);
        let written = self.written(member.of.span);
        match member.methods.iter().find(|method| method.on.accepts(sort)) {
            Some(method) => {
                let on = Operand { written, value: of };
                self.run(method, &Prepared::Nothing, on, &[], span, frame).map(Cow::Owned)
            }
            None => Err(no_method(&member.name, written, of).at(span)),
        }
    }

    fn call(self, call: &'a MethodCall, span: Span, frame: Option<&'a Frame<'a>>) -> Found<'a> {
        let on = self.value(&call.on, frame)?;
        let sort = Sort::of(&on);
        let written = self.written(call.on.span);
        match call.methods.iter().find(|(method, _)| method.on.accepts(sort)) {
            Some((method, prepared)) => {
                let on = Operand { written, value: &on };
                self.run(method, prepared, on, &call.arguments, span, frame).map(Cow::Owned)
            }
            None => Err(no_method(&call.name, written, &on).at(span)),
        }
    }

    fn run(
        self,
        method: &Method,
        prepared: &Prepared,
        on: Operand<'_>,
        arguments: &[Code],
        span: Span,
        frame: Option<&Frame<'_>>,
    ) -> Result<Value, Problem> {
        match method.run {
            Run::Plain(run) => {
                let mut values = Vec::with_capacity(arguments.len());
                for (code, argument) in arguments.iter().zip(method.takes) {
                    let value = Evaluator::value(self, code, frame)?;
                    self.fits(argument.takes, method, code, &value)?;
                    values.push(value);
                }
                let Operand { written, value: on } = on;
                run(&Call { on, written, arguments: &values, prepared, secret: self.secret })
                    .map_err(|trouble| trouble.at(span))
            }
            Run::Each(each) => {
                let takes = method.takes.first().map_or(Takes::Each, |argument| argument.takes);
                let Value::List(items) = on.value else {
                    return Err(no_method(method.name, on.written, on.value).at(span));
                };
                Elements { evaluator: self, method, takes, items, argument: arguments.first(), on, span, frame }
                    .run(each)
            }
        }
    }

    fn fits(self, takes: Takes, method: &Method, code: &Code, value: &Value) -> Result<(), Problem> {
        let written = self.written(code.span);
        match Sort::of(value) {
            None if takes == Takes::Each => Ok(()),
            None => Err(no_value(Operand { written, value }, "used here").at(code.span)),
            Some(sort) => takes.rule(method.name, written, sort).map_err(|trouble| trouble.at(code.span)),
        }
    }
}

/// A list method at work that asks its argument for each element.
struct Elements<'e> {
    evaluator: Evaluator<'e>,
    method: &'e Method,
    takes: Takes,
    items: &'e [Value],
    argument: Option<&'e Code>,
    on: Operand<'e>,
    span: Span,
    frame: Option<&'e Frame<'e>>,
}

impl Elements<'_> {
    fn run(self, each: EachMethod) -> Result<Value, Problem> {
        Ok(match each {
            EachMethod::Sum => return self.sum(),
            EachMethod::Min => return self.extreme(Ordering::Less),
            EachMethod::Max => return self.extreme(Ordering::Greater),
            EachMethod::Count if self.argument.is_none() => Value::Number(Decimal::from(self.items.len())),
            EachMethod::Count => Value::Number(Decimal::from(self.chosen()?.len())),
            EachMethod::Filter => Value::List(self.chosen()?.into_iter().cloned().collect()),
            EachMethod::All => Value::Bool(!self.is_any(false)?),
            EachMethod::Any => Value::Bool(self.is_any(true)?),
            EachMethod::Map => {
                let values: Result<_, Problem> = (0..self.items.len()).map(|index| self.at(index)).collect();
                Value::List(values?)
            }
        })
    }

    /// What the argument is for an element, or the element itself; a message says which element it was.
    fn at(&self, index: usize) -> Result<Value, Problem> {
        let element = &self.items[index];
        let Some(argument) = self.argument else {
            let written = || format!("{}[{index}]", self.on.written);
            let trouble = match Sort::of(element) {
                None => Some(no_value(Operand { written: &written(), value: element }, "used here")),
                Some(sort) if self.takes.accepts(sort) => None,
                Some(sort) => self.takes.rule(self.method.name, &written(), sort).err(),
            };
            return trouble.map_or_else(|| Ok(element.clone()), |trouble| Err(trouble.at(self.span)));
        };
        let frame = Frame { element, outer: self.frame };
        let value = self.evaluator.value(argument, Some(&frame)).and_then(|value| {
            self.evaluator.fits(self.takes, self.method, argument, &value)?;
            Ok(value.into_owned())
        });
        value.map_err(|mut problem| {
            problem.message.push_str(&format!(" (in {}[{index}])", self.on.written));
            problem
        })
    }

    fn sum(&self) -> Result<Value, Problem> {
        let mut sum: Option<Value> = None;
        for index in 0..self.items.len() {
            let value = self.at(index)?;
            sum = Some(match sum {
                None => value,
                Some(sum) => arithmetic(Arithmetic::Add, &sum, &value).ok_or_else(|| {
                    let left = Operand { written: "the sum so far", value: &sum };
                    let right = Operand { written: "the next summand", value: &value };
                    arithmetic_trouble(Arithmetic::Add, left, right).1.at(self.span)
                })?,
            });
        }
        Ok(sum.unwrap_or(Value::Number(Decimal::ZERO)))
    }

    fn extreme(&self, wanted: Ordering) -> Result<Value, Problem> {
        let mut extreme: Option<Value> = None;
        for index in 0..self.items.len() {
            let value = self.at(index)?;
            let better = match &extreme {
                None => true,
                Some(extreme) => {
                    order(&value, extreme).ok_or_else(|| {
                        let left = Operand { written: "one element", value: &value };
                        let right = Operand { written: "another", value: extreme };
                        comparison_trouble(Comparison::Less, left, right).1.at(self.span)
                    })? == wanted
                }
            };
            if better {
                extreme = Some(value);
            }
        }
        Ok(extreme.unwrap_or(Value::Missing))
    }

    fn is_any(&self, wanted: bool) -> Result<bool, Problem> {
        for index in 0..self.items.len() {
            if self.at(index)? == Value::Bool(wanted) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn chosen(&self) -> Result<Vec<&Value>, Problem> {
        let mut chosen = Vec::new();
        for (index, item) in self.items.iter().enumerate() {
            if self.at(index)? == Value::Bool(true) {
                chosen.push(item);
            }
        }
        Ok(chosen)
    }
}

const MISSING: Cow<'static, Value> = Cow::Owned(Value::Missing);

fn bool<'a>(value: bool) -> Cow<'a, Value> {
    Cow::Owned(Value::Bool(value))
}

/// The member of a map: mostly where the checker expects it.
fn slot<'m, N: AsRef<str>>(members: &'m [(N, Value)], member: &Member) -> Option<&'m (N, Value)> {
    let expected = members.get(member.slot).filter(|(name, _)| name.as_ref() == &*member.name);
    expected.or_else(|| members.iter().find(|(name, _)| name.as_ref() == &*member.name))
}

/// Why a value has no such method: it is missing, or of another kind.
#[cold]
fn no_method(name: &str, written: &str, on: &Value) -> Trouble {
    let sort = Sort::of(on);
    match sort {
        Some(known) => match methods::named(name).find(|method| method.on.accepts(sort)) {
            Some(method) => {
                Trouble::new(format!("{} is {}: `{name}` takes other arguments", quoted(written), known.words()))
                    .help(format!("it is written `{}`", method.signature()))
            }
            None => unknown_method(name, written, sort),
        },
        None => {
            let trouble = no_value(Operand { written, value: on }, "used");
            Trouble { message: format!("{} is {}: `{name}` needs a value", quoted(written), on.kind()), ..trouble }
        }
    }
}
