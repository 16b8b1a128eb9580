//! Reports all that can be known to be wrong before there is a record, and makes the tree that is evaluated. Each part
//! that is wrong becomes a part of no known kind, so that one mistake makes one message.

mod calls;
mod names;

pub(super) use calls::unknown_method;

use super::code::{Code, Op};
use super::operators::{Arithmetic, Comparison, Sort, arithmetic_rule, comparison_rule};
use super::problem::{Problem, Trouble, quoted};
use super::scope::{Kind, Name, Names};
use super::syntax::{Node, Span, Syntax};
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

fn listed(what: &str, names: &[&str]) -> Option<String> {
    let short = !names.is_empty() && names.len() <= SHORT_LIST;
    short.then(|| format!("{what} {}", names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")))
}
