//! The totals of an e-invoice against each other and against its lines: the rules BR-CO-10 to BR-CO-16 of EN 16931, in
//! exact decimals. They hold for credit notes alike: there all amounts have the sign that they have in an invoice.

use std::str::FromStr;

use roxmltree::Node;
use rust_decimal::{Decimal, RoundingStrategy};

use super::invoice::{Invoice, named};
use crate::record::Why;

/// Profiles of Factur-X and ZUGFeRD that have no lines by design.
const WITHOUT_LINES: [&str; 3] = ["minimum", "basicwl", "zugferd.de:minimum"];

/// What the sums of an invoice say: nothing where they are right.
pub(super) fn wrong(invoice: &Invoice<'_, '_>) -> Vec<Why> {
    let mut reader = Reader { invoice, wrong: Vec::new() };
    reader.judge();
    reader.wrong
}

struct Reader<'r, 'a, 'i> {
    invoice: &'r Invoice<'a, 'i>,
    wrong: Vec<Why>,
}

impl<'a, 'i> Reader<'_, 'a, 'i> {
    fn judge(&mut self) {
        let lines = self.total("line_total");
        let allowances = self.total("allowance_total");
        let charges = self.total("charge_total");
        let net = self.total("net_total");
        let vat = self.total("vat_total");
        let gross = self.total("gross_total");
        let prepaid = self.total("prepaid");
        let rounding = self.total("rounding");
        let payable = self.total("payable");
        let of_lines = self.lines();
        let of_vat = self.sum_of("vat.amount", self.invoice.vat());
        let of_allowances = self.whole_sum("allowance.amount");
        let of_charges = self.whole_sum("charge.amount").map(|sum| sum + self.logistics());
        // What cannot be read was said already; sums with it would say it again.
        if !self.wrong.is_empty() {
            return;
        }
        let zero = |amount: Option<Decimal>| amount.unwrap_or_default();
        let minus = |one: Option<Decimal>, other: Option<Decimal>| one?.checked_sub(other.unwrap_or_default());
        let plus = |one: Option<Decimal>, other: Option<Decimal>| one?.checked_add(other.unwrap_or_default());
        self.same(10, of_lines, lines);
        self.same(11, of_allowances, Some(zero(allowances)));
        self.same(12, of_charges, Some(zero(charges)));
        self.same(13, plus(minus(lines, allowances), charges), net);
        self.same(14, of_vat.filter(|_| vat.is_some() || !zero(of_vat).is_zero()), Some(zero(vat)));
        self.same(15, plus(net, vat), gross);
        self.same(16, plus(minus(gross, prepaid), rounding), payable);
    }

    /// Compares where both are known. Sums of finer amounts are rounded to cents, as the standard's own checks do.
    fn same(&mut self, rule: u8, expected: Option<Decimal>, found: Option<Decimal>) {
        let (Some(expected), Some(found)) = (expected, found) else { return };
        let cents = expected.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
        if found != expected && found != cents {
            self.wrong.push(Why::InvoiceSum {
                rule,
                expected: expected.normalize().to_string(),
                found: found.to_string(),
            });
        }
    }

    fn amount(&mut self, term: &'static str, text: &str) -> Option<Decimal> {
        let amount = Decimal::from_str(text).ok();
        if amount.is_none() {
            self.wrong.push(Why::InvoiceAmount { term: named(term).id, value: text.to_owned() });
        }
        amount
    }

    fn total(&mut self, term: &'static str) -> Option<Decimal> {
        let values = self.invoice.values(named(term));
        match values.as_slice() {
            [] => None,
            [one] => self.amount(term, one),
            [first, rest @ ..] if rest.iter().all(|other| other == first) => self.amount(term, first),
            several => {
                let why = Why::PathTwice { path: named(term).id.to_owned(), times: several.len() };
                self.wrong.push(why);
                None
            }
        }
    }

    fn whole_sum(&mut self, term: &'static str) -> Option<Decimal> {
        let values = self.invoice.values(named(term));
        self.sum(term, values)
    }

    fn sum(&mut self, term: &'static str, values: Vec<String>) -> Option<Decimal> {
        let mut sum = Some(Decimal::ZERO);
        for value in values {
            let amount = self.amount(term, &value)?;
            sum = sum?.checked_add(amount);
        }
        sum
    }

    fn sum_of(&mut self, term: &'static str, nodes: Vec<Node<'a, 'i>>) -> Option<Decimal> {
        let values = nodes.into_iter().flat_map(|node| self.invoice.values_in(named(term), node)).collect();
        self.sum(term, values)
    }

    /// The sum of the lines; none where the profile has no lines.
    fn lines(&mut self) -> Option<Decimal> {
        let lines = self.invoice.lines();
        let profile = self.invoice.values(named("profile")).pop().unwrap_or_default().to_lowercase();
        if lines.is_empty() && WITHOUT_LINES.iter().any(|without| profile.ends_with(without)) {
            return None;
        }
        // In the profile EXTENDED, lines may be headings or information, and their amounts are those of other lines.
        let counts = |line: &Node<'_, '_>| {
            let code = line.descendants().find(|node| node.tag_name().name() == "LineStatusReasonCode");
            code.and_then(|code| code.text()).is_none_or(|code| code.trim() == "DETAIL")
        };
        self.sum_of("line.net_amount", lines.into_iter().filter(counts).collect())
    }

    /// Charges for freight that the profile EXTENDED has in a place of their own.
    fn logistics(&self) -> Decimal {
        let amounts = self.invoice.texts("S/SpecifiedLogisticsServiceCharge/AppliedAmount");
        amounts.iter().filter_map(|text| Decimal::from_str(text).ok()).sum()
    }
}
