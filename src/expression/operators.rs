//! What comparisons and arithmetic mean, and why some pairs of values have neither. The checker asks with kinds, the
//! evaluator with values, and both get the same rules and the same words.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use super::problem::{Trouble, quoted};
use super::scope::Kind;
use crate::record::{Money, Timestamp, Value};

/// The longest text that an expression may make, in bytes: far beyond any field, and a bound for `a.replace(…)`.
pub(super) const MAX_TEXT: usize = 1 << 20;

/// What kind a value is, where there is a value and its kind is known: the common ground of [`Kind`] and [`Value`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Text,
    Number,
    Money,
    Bool,
    Date,
    Time,
    DateTime,
    List,
    Map,
}

impl Sort {
    /// The sort of a value; none for missing and null.
    pub(super) fn of(value: &Value) -> Option<Self> {
        Some(match value {
            Value::Missing | Value::Null => return None,
            Value::Text(_) => Sort::Text,
            Value::Number(_) => Sort::Number,
            Value::Money(_) => Sort::Money,
            Value::Bool(_) => Sort::Bool,
            Value::Date(_) => Sort::Date,
            Value::Time(_) => Sort::Time,
            Value::DateTime(_) => Sort::DateTime,
            Value::List(_) => Sort::List,
            Value::Map(_) => Sort::Map,
        })
    }

    /// The sort of a kind; none where it is not known.
    pub(super) fn of_kind(kind: &Kind) -> Option<Self> {
        Some(match kind {
            Kind::Any => return None,
            Kind::Text => Sort::Text,
            Kind::Number => Sort::Number,
            Kind::Money => Sort::Money,
            Kind::Bool => Sort::Bool,
            Kind::Date => Sort::Date,
            Kind::Time => Sort::Time,
            Kind::DateTime => Sort::DateTime,
            Kind::List(_) => Sort::List,
            Kind::Map(_) => Sort::Map,
        })
    }

    /// The kind of a scalar sort.
    pub(super) fn kind(self) -> Kind {
        match self {
            Sort::Text => Kind::Text,
            Sort::Number => Kind::Number,
            Sort::Money => Kind::Money,
            Sort::Bool => Kind::Bool,
            Sort::Date => Kind::Date,
            Sort::Time => Kind::Time,
            Sort::DateTime => Kind::DateTime,
            Sort::List | Sort::Map => Kind::Any,
        }
    }

    /// As messages name it: `a number`.
    pub(super) fn words(self) -> &'static str {
        match self {
            Sort::Text => "text",
            Sort::Number => "a number",
            Sort::Money => "money",
            Sort::Bool => "true or false",
            Sort::Date => "a date",
            Sort::Time => "a time",
            Sort::DateTime => "a datetime",
            Sort::List => "a list",
            Sort::Map => "a map",
        }
    }
}

/// `==` and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    const ALL: [Self; 6] =
        [Self::Equal, Self::NotEqual, Self::Less, Self::LessOrEqual, Self::Greater, Self::GreaterOrEqual];

    pub(super) fn from_symbol(symbol: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|comparison| comparison.symbol() == symbol)
    }

    pub(super) fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }

    pub(super) fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Comparison::Equal => ordering.is_eq(),
            Comparison::NotEqual => ordering.is_ne(),
            Comparison::Less => ordering.is_lt(),
            Comparison::LessOrEqual => ordering.is_le(),
            Comparison::Greater => ordering.is_gt(),
            Comparison::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// `+` and its like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Arithmetic {
    const ALL: [Self; 5] = [Self::Add, Self::Subtract, Self::Multiply, Self::Divide, Self::Remainder];

    pub(super) fn from_symbol(symbol: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|arithmetic| arithmetic.symbol() == symbol)
    }

    pub(super) fn symbol(self) -> &'static str {
        match self {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "*",
            Arithmetic::Divide => "/",
            Arithmetic::Remainder => "%",
        }
    }

    fn verb(self) -> &'static str {
        match self {
            Arithmetic::Add => "added",
            Arithmetic::Subtract => "subtracted",
            Arithmetic::Multiply => "multiplied",
            Arithmetic::Divide | Arithmetic::Remainder => "divided",
        }
    }
}

/// One side of an operator: how it is written, and its value.
#[derive(Clone, Copy)]
pub(super) struct Operand<'a> {
    pub(super) written: &'a str,
    pub(super) value: &'a Value,
}

/// Compares two values; none where [`comparison_trouble`] says why not.
pub(super) fn compare(comparison: Comparison, left: &Value, right: &Value) -> Option<bool> {
    match comparison {
        Comparison::Equal => equal(left, right),
        Comparison::NotEqual => equal(left, right).map(|equal| !equal),
        _ => order(left, right).map(|ordering| comparison.accepts(ordering)),
    }
}

fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(left == right),
        (Value::Text(left), Value::Text(right)) => Some(left == right),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::List(left), Value::List(right)) => {
            // Every pair is compared, so that a missing element is found wherever it stands.
            let pairs = left.iter().zip(right.iter());
            let same = pairs.map(|(left, right)| equal(left, right)).try_fold(true, |all, one| Some(all & one?))?;
            Some(same && left.len() == right.len())
        }
        _ => order(left, right).map(Ordering::is_eq),
    }
}

/// Which of two values is the greater one; none for values without an order.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(left.cmp(right)),
        (Value::Money(left), Value::Money(right)) if left.currency == right.currency => {
            Some(left.amount.cmp(&right.amount))
        }
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) => Some(left.cmp(right)),
        (Value::DateTime(left), Value::DateTime(right)) => order_stamps(left, right),
        _ => None,
    }
}

/// Two offsets are compared as instants; a stated offset and none are not comparable.
fn order_stamps(left: &Timestamp, right: &Timestamp) -> Option<Ordering> {
    match (left.offset, right.offset) {
        (None, None) => Some(left.civil.cmp(&right.civil)),
        (Some(here), Some(there)) => {
            Some(here.to_timestamp(left.civil).ok()?.cmp(&there.to_timestamp(right.civil).ok()?))
        }
        _ => None,
    }
}

/// Why these sorts cannot be compared; none if they can.
pub(super) fn comparison_rule(
    comparison: Comparison,
    (left, left_sort): (&str, Sort),
    (right, right_sort): (&str, Sort),
) -> Option<Trouble> {
    if left_sort != right_sort {
        let trouble = Trouble::new(format!(
            "{} is {} and {} is {}: they cannot be compared",
            quoted(left),
            left_sort.words(),
            quoted(right),
            right_sort.words()
        ));
        let help = comparison_help((left, left_sort), (right, right_sort))
            .or_else(|| comparison_help((right, right_sort), (left, left_sort)));
        return Some(Trouble { help, ..trouble });
    }
    match (comparison, left_sort) {
        (_, Sort::Map) => Some(
            Trouble::new(format!("{} and {} are maps: they cannot be compared", quoted(left), quoted(right)))
                .help("compare their members"),
        ),
        (Comparison::Equal | Comparison::NotEqual, _) => None,
        (_, Sort::Text) => Some(
            Trouble::new(format!("texts have no order: `{}` compares numbers, money and dates", comparison.symbol()))
                .help("read the field by a `type:`, or write `.number()` or `.date()` behind the text"),
        ),
        (_, Sort::Bool | Sort::List) => Some(
            Trouble::new(format!("{} is {}, which has no order", quoted(left), left_sort.words()))
                .help("compare with `==` or `!=`"),
        ),
        _ => None,
    }
}

fn comparison_help((one, sort): (&str, Sort), (other, other_sort): (&str, Sort)) -> Option<String> {
    let literal = other.starts_with(['"', '\'']) && other.len() >= 2;
    let inner = if literal { &other[1..other.len() - 1] } else { other };
    match (sort, other_sort) {
        (Sort::Money, Sort::Number | Sort::Text) => {
            Some(format!("compare its amount with a number: `{}.amount`", behind(one)))
        }
        (Sort::Number, Sort::Text) if literal && Decimal::from_str_exact(inner).is_ok() => {
            Some(format!("write the number without quotes: `{inner}`"))
        }
        (Sort::Number, Sort::Text) if literal && inner.bytes().any(|byte| byte.is_ascii_digit()) => {
            Some("numbers stand without quotes, with a decimal point and without grouping: `1234.5`".to_owned())
        }
        (Sort::Number, Sort::Text) if !literal => {
            Some(format!("read the field by `type: decimal`, or write `{}.number()`", behind(other)))
        }
        (Sort::Date, Sort::Text) if literal => Some("write a fixed day as `\"2026-01-31\".date()`".to_owned()),
        (Sort::Date, Sort::Text) => {
            Some(format!("read the field by `type: date`, or write `{}.date()`", behind(other)))
        }
        (Sort::DateTime, Sort::Date) => Some(format!("compare its day: `{}.date`", behind(one))),
        (Sort::DateTime, Sort::Time) => Some(format!("compare its time of day: `{}.time`", behind(one))),
        (Sort::Bool, Sort::Text) if matches!(inner, "true" | "false") => {
            Some(format!("write it without quotes: `{inner}`"))
        }
        (Sort::List, _) => Some(format!("ask whether the list has it: `{other} in {one}`")),
        _ => None,
    }
}

/// The written form of a value with room for a method behind it.
pub(super) fn behind(written: &str) -> String {
    let closed = written.starts_with(['"', '\'', '(', '[']) || !written.contains(char::is_whitespace);
    if closed { written.to_owned() } else { format!("({written})") }
}

/// Why two values cannot be compared; which side is to blame, where one is.
pub(super) fn comparison_trouble(comparison: Comparison, left: Operand<'_>, right: Operand<'_>) -> (Side, Trouble) {
    let sorts = match sorts(left, right, "compared") {
        Ok(sorts) => sorts,
        Err(missing) => return missing,
    };
    let rule = comparison_rule(comparison, (left.written, sorts.0), (right.written, sorts.1));
    let trouble = rule.unwrap_or_else(|| match (left.value, right.value) {
        (Value::Money(one), Value::Money(other)) => currencies(one, other, "compared"),
        (Value::List(_), Value::List(_)) => {
            Trouble::new("the lists hold values that cannot be compared").help("compare their elements one by one")
        }
        (Value::DateTime(one), Value::DateTime(other)) if one.offset.is_some() != other.offset.is_some() => {
            Trouble::new(format!(
                "only one of {} and {} states its offset from UTC: they cannot be compared",
                quoted(left.written),
                quoted(right.written)
            ))
            .help("compare their days with `.date`, if they are meant for the same place")
        }
        _ => Trouble::new("the values are beyond what can be compared"),
    });
    (Side::Both, trouble)
}

/// What a message about an operator points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Right,
    Both,
}

fn sorts(left: Operand<'_>, right: Operand<'_>, verb: &str) -> Result<(Sort, Sort), (Side, Trouble)> {
    let left_sort = Sort::of(left.value).ok_or_else(|| (Side::Left, no_value(left, verb)))?;
    let right_sort = Sort::of(right.value).ok_or_else(|| (Side::Right, no_value(right, verb)))?;
    Ok((left_sort, right_sort))
}

/// Where a value is needed and there is none: `cannot be compared`.
pub(super) fn no_value(operand: Operand<'_>, verb: &str) -> Trouble {
    let kind = operand.value.kind();
    let written = behind(operand.written);
    Trouble::new(format!("{} is {kind} and cannot be {verb}", quoted(operand.written)))
        .help(format!("give it a default with `{written} ?? …`, or ask `{written} == null` first"))
}

fn currencies(left: &Money, right: &Money, verb: &str) -> Trouble {
    Trouble::new(format!("amounts in {} and {} cannot be {verb}", left.currency, right.currency))
        .help("ask `.currency` first, or compute with `.amount`")
}

/// Computes with two values; none where [`arithmetic_trouble`] says why not.
pub(super) fn arithmetic(arithmetic: Arithmetic, left: &Value, right: &Value) -> Option<Value> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    let money = |amount: Decimal, of: &Money| Value::Money(Money { amount, currency: of.currency.clone() });
    match (arithmetic, left, right) {
        (_, Value::Number(left), Value::Number(right)) => decimal(arithmetic, *left, *right).map(Value::Number),
        (Add | Subtract, Value::Money(left), Value::Money(right)) if left.currency == right.currency => {
            Some(money(decimal(arithmetic, left.amount, right.amount)?, left))
        }
        (Divide, Value::Money(left), Value::Money(right)) if left.currency == right.currency => {
            decimal(arithmetic, left.amount, right.amount).map(Value::Number)
        }
        (Multiply | Divide, Value::Money(left), Value::Number(right)) => {
            Some(money(decimal(arithmetic, left.amount, *right)?, left))
        }
        (Multiply, Value::Number(left), Value::Money(right)) => {
            Some(money(decimal(arithmetic, *left, right.amount)?, right))
        }
        (Add, Value::Text(left), Value::Text(right)) if left.len() + right.len() <= MAX_TEXT => {
            Some(Value::text([&**left, &**right].concat()))
        }
        _ => None,
    }
}

/// Computes with two numbers; none where the result has too many digits, or for a division by zero.
pub(super) fn decimal(arithmetic: Arithmetic, left: Decimal, right: Decimal) -> Option<Decimal> {
    let result = match arithmetic {
        Arithmetic::Add => left.checked_add(right)?,
        Arithmetic::Subtract => left.checked_sub(right)?,
        Arithmetic::Multiply => left.checked_mul(right)?,
        Arithmetic::Divide => left.checked_div(right)?.normalize(),
        Arithmetic::Remainder => left.checked_rem(right)?,
    };
    Some(plain_zero(result))
}

/// Zero has no sign here: `-0` would be printed, and no clerk would understand it.
pub(super) fn plain_zero(mut number: Decimal) -> Decimal {
    if number.is_zero() {
        number.set_sign_positive(true);
    }
    number
}

/// The sort that an operator makes of two sorts.
pub(super) fn arithmetic_rule(
    arithmetic: Arithmetic,
    (left, left_sort): (&str, Sort),
    (right, right_sort): (&str, Sort),
) -> Result<Sort, Trouble> {
    use Arithmetic::{Add, Divide, Multiply, Subtract};
    use Sort::{Date, DateTime, Money, Number, Text};
    match (arithmetic, left_sort, right_sort) {
        (_, Number, Number) | (Divide, Money, Money) => return Ok(Number),
        (Add | Subtract, Money, Money) | (Multiply | Divide, Money, Number) | (Multiply, Number, Money) => {
            return Ok(Money);
        }
        (Add, Text, Text) => return Ok(Text),
        _ => {}
    }
    let pair = if left_sort == right_sort {
        format!("{} is {} and {} too", quoted(left), left_sort.words(), quoted(right))
    } else {
        format!("{} is {} and {} is {}", quoted(left), left_sort.words(), quoted(right), right_sort.words())
    };
    let trouble = Trouble::new(format!("{pair}: they cannot be {}", arithmetic.verb()));
    let help = match (arithmetic, left_sort, right_sort) {
        (Add, Date, Number) => format!("write `{}.plus_days({right})`", behind(left)),
        (Add, Number, Date) => format!("write `{}.plus_days({left})`", behind(right)),
        (Subtract, Date, Number) => format!("write `{}.minus_days({right})`", behind(left)),
        (Subtract, Date, Date) => format!("write `{}.days_until({left})`", behind(right)),
        (Add | Subtract, DateTime, Number) => format!("compute with its day: `{}.date.plus_days(…)`", behind(left)),
        (Add, Text, _) => format!("write `{left} + {}.text()`, or a text with `${{…}}` in it", behind(right)),
        (Add, _, Text) => format!("write `{}.text() + {right}`, or a text with `${{…}}` in it", behind(left)),
        (_, Text, Number) => format!("read the field by `type: decimal`, or write `{}.number()`", behind(left)),
        (_, Number, Text) => format!("read the field by `type: decimal`, or write `{}.number()`", behind(right)),
        (_, Money, Number) => format!("compute with its amount: `{}.amount`", behind(left)),
        (_, Number, Money) => format!("compute with its amount: `{}.amount`", behind(right)),
        _ => return Err(trouble),
    };
    Err(trouble.help(help))
}

/// Why two values cannot be computed with; which side is to blame, where one is.
pub(super) fn arithmetic_trouble(arithmetic: Arithmetic, left: Operand<'_>, right: Operand<'_>) -> (Side, Trouble) {
    let sorts = match sorts(left, right, arithmetic.verb()) {
        Ok(sorts) => sorts,
        Err(missing) => return missing,
    };
    if let Err(trouble) = arithmetic_rule(arithmetic, (left.written, sorts.0), (right.written, sorts.1)) {
        return (Side::Both, trouble);
    }
    let divisor = match right.value {
        Value::Number(number) => Some(number),
        Value::Money(money) => Some(&money.amount),
        _ => None,
    };
    let divides = matches!(arithmetic, Arithmetic::Divide | Arithmetic::Remainder);
    match (left.value, right.value) {
        (Value::Money(one), Value::Money(other)) if one.currency != other.currency => {
            (Side::Both, currencies(one, other, arithmetic.verb()))
        }
        (Value::Text(_), _) => (Side::Both, too_long()),
        _ if divides && divisor.is_some_and(Decimal::is_zero) => (
            Side::Right,
            Trouble::new(format!("division by zero: {} is 0", quoted(right.written)))
                .help(format!("ask first: `{} == 0 ? … : …`", right.written)),
        ),
        _ => (Side::Both, overflow()),
    }
}

pub(super) fn overflow() -> Trouble {
    Trouble::new("the result has more than 28 digits before the decimal point")
}

pub(super) fn too_long() -> Trouble {
    Trouble::new(format!("the resulting text is longer than {} kilobytes", MAX_TEXT / 1024))
}
